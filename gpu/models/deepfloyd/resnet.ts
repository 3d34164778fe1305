/** The residual block. Source: diffusers, models/resnet.py (ResnetBlock2D with time_embedding_norm "scale_shift"). */
import type { Value } from '../../onnx/graph.ts';
import { averagePool2, nearestUpsample2 } from '../../onnx/ops/convolution.ts';
import { add, gelu, mul } from '../../onnx/ops/elementwise.ts';
import { modulationInputs, modulations } from '../../onnx/ops/modulation.ts';
import {
	convLayer,
	type GroupNormOptions,
	groupNorm,
	type Network,
	scaled,
	standardise,
	upsampledConvLayer,
} from '../layers.ts';
import type { ResnetStep } from './blocks.ts';

/**
 * x [B, Cin, H, W] -> [B, C, H', W'], where H' is H, 2H or H/2.
 * Resampling has no parameters: neighbours are averaged, or pixels repeated.
 */
export function resnetBlock(
	net: Network,
	x: Value,
	{ gain, offset }: Modulation,
	step: ResnetStep,
	norm: GroupNormOptions,
): Value {
	const { name, channels } = step;
	const resample = {
		none: (value: Value) => value,
		down: (v: Value) => averagePool2([v]),
		up: (v: Value) => nearestUpsample2([v]),
	}[step.resample];
	let h = gelu([groupNorm(net, x, `${name}.norm1`, norm)]); // [B, Cin, H, W]
	h =
		step.resample === 'up'
			? upsampledConvLayer(net, h, `${name}.conv1`, { out: channels })
			: convLayer(net, resample(h), `${name}.conv1`, { out: channels, kernel: 3 }); // [B, C, H', W']
	h = add([mul([standardise(net, h, norm), gain]), offset]);
	h = convLayer(net, gelu([h]), `${name}.conv2`, { out: channels, kernel: 3 });

	let shortcut = resample(x);
	if (x.shape[1] !== channels)
		shortcut = convLayer(net, shortcut, `${name}.conv_shortcut`, { out: channels, kernel: 1 });
	return scaled(net, add([shortcut, h]), 1 / step.scale);
}

/** By what a residual block's image is multiplied after its second normalisation, and what is added: [B, C, 1, 1]. */
export interface Modulation {
	readonly gain: Value;
	readonly offset: Value;
}

/** The modulation of every block by the embedding [B, timeWidth]. */
export function resnetModulations(
	{ graph, weights, dtype }: Network,
	embedding: Value,
	steps: readonly ResnetStep[],
): Map<ResnetStep, Modulation> {
	const inputs = steps.flatMap(({ name, channels }) => {
		const [projection, norm] = [`${name}.time_emb_proj`, `${name}.norm2`];
		const ofNorm = (part: string) => {
			return weights.parameter(graph, `${norm}.${part}`, [channels], dtype, [channels, 1, 1]);
		};
		return modulationInputs({
			weight: weights.matrix(graph, `${projection}.weight`, [2 * channels, Number(embedding.shape[1])], dtype),
			bias: weights.parameter(graph, `${projection}.bias`, [2 * channels], dtype),
			normScale: ofNorm('weight'),
			normBias: ofNorm('bias'),
		});
	});
	const outputs = modulations([embedding, ...inputs]);
	return new Map(steps.map((step, i) => [step, { gain: outputs[2 * i], offset: outputs[2 * i + 1] }]));
}
