/**
 * Attention to the prompt and, unless crossOnly, to the picture itself.
 * Source: diffusers, models/attention_processor.py (AttnAddedKVProcessor).
 */
import type { Value } from '../../onnx/graph.ts';
import { multiHeadAttention } from '../../onnx/ops/attention.ts';
import { add } from '../../onnx/ops/elementwise.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { concat, reshape, transpose } from '../../onnx/ops/movement.ts';
import { softmax } from '../../onnx/ops/normalization.ts';
import { type GroupNormOptions, groupNorm, linearLayer, type Network, scaled } from '../layers.ts';
import type { AttentionStep } from './blocks.ts';
import { DEFAULT_EPSILON, TEXT_NORM_GROUPS } from './config.ts';

/** What a prompt contributes to one attention block: keys and values, each [B, n, channels]. */
export interface TextKeysValues {
	readonly keys: Value;
	readonly values: Value;
}

/** The prompt's part of an attention block: tokens [B, n, crossWidth] -> keys and values. */
export function textKeysValues(net: Network, tokens: Value, { name, channels }: AttentionStep): TextKeysValues {
	// A GroupNorm whose statistics span a group of channels and all tokens; not a LayerNorm.
	const channelsFirst = transpose([tokens], { permutation: [0, 2, 1] }); // [B, crossWidth, n]
	const options = { groups: TEXT_NORM_GROUPS, epsilon: DEFAULT_EPSILON };
	const normalised = groupNorm(net, channelsFirst, `${name}.norm_cross`, options);
	const text = transpose([normalised], { permutation: [0, 2, 1] }); // [B, n, crossWidth]
	return {
		keys: linearLayer(net, text, `${name}.add_k_proj`, channels),
		values: linearLayer(net, text, `${name}.add_v_proj`, channels),
	};
}

/** x [B, C, H, W] -> x + attention(x), the same shape. */
export function attentionBlock(
	net: Network,
	x: Value,
	text: TextKeysValues,
	{ name, channels, headWidth, crossOnly }: AttentionStep,
	options: { groups: number; fused: boolean },
): Value {
	const [batch, , height, width] = x.shape;
	const pixels = Number(height) * Number(width);
	const norm: GroupNormOptions = { groups: options.groups, epsilon: DEFAULT_EPSILON };
	const flat = reshape([groupNorm(net, x, `${name}.group_norm`, norm)], { shape: [batch, channels, pixels] });
	const y = transpose([flat], { permutation: [0, 2, 1] }); // [B, H·W, C]

	const q = linearLayer(net, y, `${name}.to_q`, channels); // [B, H·W, C]
	let { keys, values } = text;
	if (!crossOnly) {
		keys = concat([keys, linearLayer(net, y, `${name}.to_k`, channels)], { axis: 1 }); // [B, n + H·W, C]
		values = concat([values, linearLayer(net, y, `${name}.to_v`, channels)], { axis: 1 });
	}
	const heads = channels / headWidth;
	const attended = options.fused
		? multiHeadAttention([q, keys, values], { heads })
		: separateAttention(net, q, keys, values, heads); // [B, H·W, C]

	const out = transpose([linearLayer(net, attended, `${name}.to_out.0`, channels)], { permutation: [0, 2, 1] });
	return add([x, reshape([out], { shape: x.shape })]);
}

/** multiHeadAttention as single operations, for providers where the fused one is wrong or missing. */
function separateAttention(net: Network, q: Value, k: Value, v: Value, heads: number): Value {
	const headWidth = Number(q.shape[2]) / heads;
	const split = (x: Value, permutation: readonly number[]) =>
		transpose([reshape([x], { shape: [x.shape[0], x.shape[1], heads, headWidth] })], { permutation });
	const scores = matMul([scaled(net, split(q, [0, 2, 1, 3]), headWidth ** -0.5), split(k, [0, 2, 3, 1])]);
	const attended = matMul([softmax([scores], { axis: -1 }), split(v, [0, 2, 1, 3])]); // [B, heads, n, headWidth]
	return reshape([transpose([attended], { permutation: [0, 2, 1, 3] })], { shape: q.shape });
}
