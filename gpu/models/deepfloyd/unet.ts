/**
 * DeepFloyd IF's UNet as two graphs. What depends only on the prompt runs once per prompt, the rest once per step.
 * Inputs and outputs are fp32, whatever type the graphs compute in, with any batch size.
 */
import type { FloatType } from '../../onnx/dtype.ts';
import { Graph, type Value } from '../../onnx/graph.ts';
import { conv } from '../../onnx/ops/convolution.ts';
import { add, cast, gelu } from '../../onnx/ops/elementwise.ts';
import { concat, padEnd } from '../../onnx/ops/movement.ts';
import { BATCH } from '../../onnx/shape.ts';
import { convLayer, groupNorm, inNetworkType, linearLayer, type Network } from '../layers.ts';
import { TEXT_LENGTH } from '../text-encoder.ts';
import type { Weights } from '../weights.ts';
import { attentionBlock, type TextKeysValues, textKeysValues } from './attention.ts';
import { type AttentionStep, attentionSteps, unetSteps } from './blocks.ts';
import type { UNetConfig } from './config.ts';
import { textEmbedding, timestepEmbedding } from './embeddings.ts';
import { resnetBlock, resnetModulations } from './resnet.ts';

/** How to build a graph for a device. */
export interface GraphOptions {
	/** The type that it computes in. */
	readonly dtype: FloatType;
	/** Attention as one operation. */
	readonly fusedAttention: boolean;
	/** Pad the channels of conv_in with zeros to a multiple of 4; absent: no. */
	readonly padFirstConv?: boolean;
	/**
	 * Compute the prompt's keys and values at every step, from its tokens; absent: once per prompt. More arithmetic, but a step of
	 * IF-I-XL is fed 0.9 MB a picture instead of 29 MB.
	 */
	readonly keysValuesEachStep?: boolean;
}

/** Names of the step graph's inputs that are outputs of the prompt graph. */
const TEXT_EMBEDDING = 'text_embedding';
const TEXT_TOKENS = 'text_tokens';
const textKeys = (attention: string) => `${attention}.text_keys`;
const textValues = (attention: string) => `${attention}.text_values`;

/**
 * The prompt graph. Input `encoder_hidden_states` [B, n, textWidth]. Outputs `text_embedding` [B, timeWidth] and for
 * every attention block its text keys and values, each [B, n, channels]; with keysValuesEachStep instead of these `text_tokens`
 * [B, n, crossWidth].
 */
export function promptGraph(config: UNetConfig, weights: Weights, options: GraphOptions): Graph {
	const graph = new Graph('deepfloyd_prompt');
	const net: Network = { graph, weights, dtype: options.dtype };
	const states = graph.input('encoder_hidden_states', 'float32', [BATCH, TEXT_LENGTH, config.textWidth]);
	const text = inNetworkType(net, states);
	graph.output(TEXT_EMBEDDING, inFloat32(textEmbedding(net, text, config)));
	const tokens = linearLayer(net, text, 'encoder_hid_proj', config.crossWidth); // [B, n, crossWidth]
	if (options.keysValuesEachStep) {
		graph.output(TEXT_TOKENS, inFloat32(tokens));
		return graph;
	}
	for (const step of attentionSteps(config)) {
		const { keys, values } = textKeysValues(net, tokens, step);
		graph.output(textKeys(step.name), inFloat32(keys));
		graph.output(textValues(step.name), inFloat32(values));
	}
	return graph;
}

/**
 * The step graph. Inputs `sample` [B, inChannels, H, W], `timestep` [B], in stage II `noise_level` [B], and the
 * outputs of the prompt graph. Output `estimate` [B, outChannels, H, W].
 */
export function stepGraph(config: UNetConfig, weights: Weights, options: GraphOptions): Graph {
	const graph = new Graph('deepfloyd_step');
	const net: Network = { graph, weights, dtype: options.dtype };
	const norm = { groups: config.normGroups, epsilon: config.normEpsilon };
	const sample = input(net, 'sample', [config.inChannels, config.sampleSize, config.sampleSize]);
	const steps = unetSteps(config);
	const modulations = resnetModulations(
		net,
		conditioning(net, config),
		steps.filter((step) => step.kind === 'resnet'),
	);
	const keysValues = promptKeysValues(net, config, options);
	let x = firstConv(net, sample, config, options);
	const kept: Value[] = [];
	for (const step of steps) {
		switch (step.kind) {
			case 'keep':
				kept.push(x);
				break;
			case 'join':
				x = concat([x, kept.pop()!], { axis: 1 });
				break;
			case 'resnet':
				x = resnetBlock(net, x, modulations.get(step)!, step, norm);
				break;
			case 'attention':
				x = attentionBlock(net, x, keysValues(step), step, {
					groups: config.normGroups,
					fused: options.fusedAttention,
				});
		}
	}
	const last = gelu([groupNorm(net, x, 'conv_norm_out', norm)]);
	graph.output('estimate', inFloat32(convLayer(net, last, 'conv_out', { out: config.outChannels, kernel: 3 })));
	return graph;
}

/** conv_in: [B, inChannels, H, W] -> [B, C0, H, W]. */
function firstConv(net: Network, sample: Value, config: UNetConfig, { padFirstConv }: GraphOptions): Value {
	const options = { out: config.levels[0].channels, kernel: 3 } as const;
	if (!padFirstConv) return convLayer(net, sample, 'conv_in', options);
	const length = Math.ceil(config.inChannels / 4) * 4;
	const weight = net.weights.parameter(net.graph, 'conv_in.weight', [options.out, config.inChannels, 3, 3], net.dtype);
	const bias = net.weights.parameter(net.graph, 'conv_in.bias', [options.out], net.dtype);
	return conv([padEnd([sample], { axis: 1, length }), padEnd([weight], { axis: 1, length }), bias], { padding: 1 });
}

/** Gives each attention block the prompt's keys and values: fed, or computed from the tokens that are. */
function promptKeysValues(
	net: Network,
	config: UNetConfig,
	options: GraphOptions,
): (step: AttentionStep) => TextKeysValues {
	if (options.keysValuesEachStep) {
		const tokens = input(net, TEXT_TOKENS, [TEXT_LENGTH, config.crossWidth]);
		return (step) => textKeysValues(net, tokens, step);
	}
	return ({ name, channels }) => {
		const [keys, values] = [textKeys, textValues].map((of) => input(net, of(name), [TEXT_LENGTH, channels]));
		return { keys, values };
	};
}

/** Timestep, noise level and prompt as one vector, ready for the residual blocks: [B, timeWidth]. */
function conditioning(net: Network, config: UNetConfig): Value {
	const { graph } = net;
	let embedding = timestepEmbedding(net, graph.input('timestep', 'float32', [BATCH]), 'time_embedding', config);
	if (config.hasNoiseLevel) {
		const noiseLevel = graph.input('noise_level', 'float32', [BATCH]);
		embedding = add([embedding, timestepEmbedding(net, noiseLevel, 'class_embedding', config)]);
	}
	embedding = add([embedding, input(net, TEXT_EMBEDDING, [config.timeWidth])]);
	if (config.activateTimeEmbedding) embedding = gelu([embedding]);
	// All residual blocks would apply the same activation first, so it is applied once, here.
	return config.skipTimeActivation ? embedding : gelu([embedding]);
}

/** An input [B, ...shape], in the type that the network computes in. */
function input(net: Network, name: string, shape: readonly number[]): Value {
	return inNetworkType(net, net.graph.input(name, 'float32', [BATCH, ...shape]));
}

function inFloat32(x: Value): Value {
	return x.dtype === 'float32' ? x : cast([x], { to: 'float32' });
}
