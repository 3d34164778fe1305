/**
 * The encoder of T5 v1.1 as graphs. Source: Raffel et al. 2019 (arXiv:1910.10683), section 2.1, with the gated GELU of
 * Shazeer 2020 (arXiv:2002.05202); transformers, models/t5/modeling_t5.py.
 */
import { Graph, type Value } from '../../onnx/graph.ts';
import { add, cast, fastGelu, mul } from '../../onnx/ops/elementwise.ts';
import { linear, matMul } from '../../onnx/ops/linear.ts';
import { gather, reshape, transpose } from '../../onnx/ops/movement.ts';
import { rmsNormalization, softmax } from '../../onnx/ops/normalization.ts';
import { inNetworkType, type Network } from '../layers.ts';
import type { Weights } from '../weights.ts';
import { relativeBuckets } from './buckets.ts';
import type { T5Config } from './config.ts';

/** Blocks from `first` up to but not including `end`, of an encoder that may run in several pieces. */
export interface T5Piece {
	readonly first: number;
	readonly end: number;
}

/**
 * A piece of the encoder over n tokens. The first piece takes `token_ids` int32 [n], the others `hidden` fp32 [n, d_model],
 * which is the `next_hidden` of the previous piece; all take `attention_bias` fp32 [n] (0 for tokens, a huge negative number
 * for padding). The last piece outputs `last_hidden_state` fp32 [n, d_model].
 *
 * In half precision the residual stream, its norms and the gated half of every block stay in fp32: in fp16 they overflow
 * (huggingface/transformers#9295).
 */
export function t5Graph(config: T5Config, weights: Weights, n: number, dtype: Network['dtype'], piece: T5Piece): Graph {
	const { first, end } = piece;
	const graph = new Graph(`t5_${first}_${end}`);
	const net: Network = { graph, weights, dtype };
	let x = first === 0 ? embeddings(net, n, config) : graph.input('hidden', 'float32', [n, config.d_model]);
	const mask = graph.input('attention_bias', 'float32', [n]);
	const bias = add([positionBias(net, n, config), mask]); // [heads, n, n]
	for (let i = first; i < end; i++) x = block(net, x, bias, `encoder.block.${i}`, config);
	const isLast = end === config.num_layers;
	graph.output(
		isLast ? 'last_hidden_state' : 'next_hidden',
		isLast ? norm(net, x, 'encoder.final_layer_norm', config) : x,
	);
	return graph;
}

/** Rows of the tied word table, which a file may hold under either name; not scaled, and without positions. */
function embeddings({ graph, weights }: Network, n: number, config: T5Config): Value {
	const ids = graph.input('token_ids', 'int32', [n]);
	const name = weights.oneOf(['shared.weight', 'encoder.embed_tokens.weight']);
	const table = weights.stored(graph, name, [config.vocab_size, config.d_model]);
	return cast([gather([table, ids])], { to: 'float32' }); // [n, d_model]: casts the rows in use, not the whole table
}

/** What each head adds to its scores for the distance between two tokens, [heads, n, n]: the first block's, for all blocks. */
function positionBias({ graph, weights }: Network, n: number, config: T5Config): Value {
	const buckets = config.relative_attention_num_buckets;
	const name = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
	const table = weights.parameter(graph, name, [buckets, config.num_heads], 'float32');
	const rows = gather([table, graph.constant(relativeBuckets(n, config), [n, n])]); // [n, n, heads]
	return transpose([rows], { permutation: [2, 0, 1] });
}

/** Attention and the gated half, each added to x [n, d_model], which is fp32. */
function block(net: Network, x: Value, bias: Value, name: string, config: T5Config): Value {
	const context = selfAttention(
		net,
		norm(net, x, `${name}.layer.0.layer_norm`, config),
		bias,
		`${name}.layer.0`,
		config,
	);
	const attended = add([x, cast([context], { to: 'float32' })]);
	return add([attended, gatedHalf(net, norm(net, attended, `${name}.layer.1.layer_norm`, config), name, config)]);
}

/** softmax(q · kᵀ + bias) · v, without the usual 1/√d: x [n, d_model] -> the same shape, in the network's type. */
function selfAttention(net: Network, x: Value, bias: Value, name: string, config: T5Config): Value {
	const { d_kv: headWidth, num_heads: heads, d_model: width } = config;
	const n = Number(x.shape[0]);
	const input = inNetworkType(net, x);
	const project = (part: string, permutation: readonly number[]) => {
		const projected = matrix(net, input, `${name}.SelfAttention.${part}`, heads * headWidth);
		return transpose([reshape([projected], { shape: [n, heads, headWidth] })], { permutation });
	};
	const scores = matMul([project('q', [1, 0, 2]), project('k', [1, 2, 0])]); // [heads, n, n]
	const shares = softmax([add([cast([scores], { to: 'float32' }), bias])], { axis: -1 });
	const context = matMul([inNetworkType(net, shares), project('v', [1, 0, 2])]); // [heads, n, headWidth]
	const joined = reshape([transpose([context], { permutation: [1, 0, 2] })], { shape: [n, heads * headWidth] });
	return matrix(net, joined, `${name}.SelfAttention.o`, width);
}

/** (gelu(x · wi_0ᵀ) ∘ (x · wi_1ᵀ)) · woᵀ: x [n, d_model] -> the same shape, the product and wo in fp32. */
function gatedHalf(net: Network, x: Value, name: string, config: T5Config): Value {
	const dense = `${name}.layer.1.DenseReluDense`;
	const input = inNetworkType(net, x);
	const project = (part: string) => cast([matrix(net, input, `${dense}.${part}`, config.d_ff)], { to: 'float32' });
	const hidden = mul([fastGelu([project('wi_0')]), project('wi_1')]); // [n, d_ff]
	return matrix({ ...net, dtype: 'float32' }, hidden, `${dense}.wo`, config.d_model);
}

/** x · weightᵀ, as T5 has no biases: x [n, in] -> [n, out]. */
function matrix({ graph, weights, dtype }: Network, x: Value, name: string, out: number): Value {
	return linear([x, weights.matrix(graph, `${name}.weight`, [out, Number(x.shape[1])], dtype)]);
}

/** x / √(mean of x²) · weight over the last axis, in fp32: no mean is subtracted and no bias added. */
function norm({ graph, weights }: Network, x: Value, name: string, config: T5Config): Value {
	const scale = weights.parameter(graph, `${name}.weight`, [config.d_model], 'float32');
	return rmsNormalization([x, scale], { epsilon: config.layer_norm_epsilon });
}
