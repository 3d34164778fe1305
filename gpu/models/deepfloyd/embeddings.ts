/**
 * The vector that conditions every residual block on the timestep and the prompt.
 * Source: diffusers, models/embeddings.py (Timesteps, TimestepEmbedding, TextTimeEmbedding, AttentionPooling).
 */
import type { Value } from '../../onnx/graph.ts';
import { add, cos, gelu, mul, sin } from '../../onnx/ops/elementwise.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { concat, reshape, transpose } from '../../onnx/ops/movement.ts';
import { softmax } from '../../onnx/ops/normalization.ts';
import { reduceMean } from '../../onnx/ops/reduction.ts';
import { BATCH } from '../../onnx/shape.ts';
import { inNetworkType, layerNorm, linearLayer, type Network, scaled } from '../layers.ts';
import { DEFAULT_EPSILON, type UNetConfig } from './config.ts';

/** Sines and cosines of a timestep, then two Linear layers: t fp32 [B] -> [B, timeWidth]. */
export function timestepEmbedding(net: Network, t: Value, name: string, config: UNetConfig): Value {
	const waves = inNetworkType(net, sinusoid(t, config)); // [B, C0]
	const hidden = gelu([linearLayer(net, waves, `${name}.linear_1`, config.timeWidth)]);
	return linearLayer(net, hidden, `${name}.linear_2`, config.timeWidth); // [B, timeWidth]
}

/** In fp32 whatever type the network computes in: t goes up to 999, where fp16 is only precise to a half. */
function sinusoid(t: Value, config: UNetConfig): Value {
	const half = config.levels[0].channels / 2;
	const frequencies = Float32Array.from({ length: half }, (_, i) =>
		Math.exp((-Math.log(10000) * i) / (half - config.freqShift)),
	);
	const angles = mul([reshape([t], { shape: [BATCH, 1] }), t.graph.constant(frequencies, [1, half])]); // [B, half]
	const waves = [sin([angles]), cos([angles])];
	return concat(config.flipSinToCos ? waves.reverse() : waves, { axis: 1 }); // [B, C0]
}

/**
 * The prompt as one vector: text [B, n, textWidth] -> [B, timeWidth].
 * An attention whose only query is the mean of the tokens; there is no mask, so padding takes part.
 */
export function textEmbedding(net: Network, text: Value, config: UNetConfig): Value {
	const { textWidth, poolingHeads } = config;
	const headWidth = textWidth / poolingHeads;
	const tokens = layerNorm(net, text, 'add_embedding.norm1', DEFAULT_EPSILON); // [B, n, textWidth]
	const position = net.weights.parameter(
		net.graph,
		'add_embedding.pool.positional_embedding',
		[1, textWidth],
		net.dtype,
	);
	const query = add([reduceMean([tokens], { axis: 1 }), position]); // [B, 1, textWidth]
	const all = concat([query, tokens], { axis: 1 }); // [B, n + 1, textWidth]

	const heads = (x: Value, name: string, permutation: readonly number[]) => {
		const projected = linearLayer(net, x, `add_embedding.pool.${name}`, textWidth);
		return transpose([reshape([projected], { shape: [...x.shape.slice(0, 2), poolingHeads, headWidth] })], {
			permutation,
		});
	};
	const q = heads(query, 'q_proj', [0, 2, 1, 3]); // [B, heads, 1, headWidth]
	const k = heads(all, 'k_proj', [0, 2, 3, 1]); // [B, heads, headWidth, n + 1]
	const v = heads(all, 'v_proj', [0, 2, 1, 3]); // [B, heads, n + 1, headWidth]
	// Half of 1/√d on each side, as the reference does: the product would overflow fp16.
	const scores = matMul([scaled(net, q, headWidth ** -0.25), scaled(net, k, headWidth ** -0.25)]);
	const pooled = matMul([softmax([scores], { axis: -1 }), v]); // [B, heads, 1, headWidth]

	const flat = reshape([pooled], { shape: [text.shape[0], textWidth] });
	const projected = linearLayer(net, flat, 'add_embedding.proj', config.timeWidth);
	return layerNorm(net, projected, 'add_embedding.norm2', DEFAULT_EPSILON);
}
