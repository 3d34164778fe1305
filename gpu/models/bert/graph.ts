/** BERT as a graph. Source: Devlin et al. 2018 (arXiv:1810.04805); transformers, models/bert/modeling_bert.py. */
import { Graph, type Value } from '../../onnx/graph.ts';
import { add, cast, gelu, mul } from '../../onnx/ops/elementwise.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { gather, reshape, transpose } from '../../onnx/ops/movement.ts';
import { softmax } from '../../onnx/ops/normalization.ts';
import { layerNorm, linearLayer, type Network, scaled } from '../layers.ts';
import type { Weights } from '../weights.ts';
import type { BertConfig } from './config.ts';

/**
 * Inputs `token_ids` int32 [n] and `attention_bias` fp32 [n] (0 for tokens, a huge negative number for padding).
 * Output `last_hidden_state` [n, hidden_size]. Always in fp32: it runs once per prompt.
 */
export function bertGraph(config: BertConfig, weights: Weights, n: number): Graph {
	const graph = new Graph('bert');
	const net: Network = { graph, weights, dtype: 'float32' };
	const ids = graph.input('token_ids', 'int32', [n]);
	const bias = graph.input('attention_bias', 'float32', [n]);
	let x = embeddings(net, ids, config); // [n, hidden_size]
	for (let i = 0; i < config.num_hidden_layers; i++) x = layer(net, x, bias, `encoder.layer.${i}`, config);
	graph.output('last_hidden_state', x);
	return graph;
}

function embeddings(net: Network, ids: Value, config: BertConfig): Value {
	const { graph, weights } = net;
	const width = config.hidden_size;
	const positions = weights.parameter(
		graph,
		'embeddings.position_embeddings.weight',
		[config.max_position_embeddings, width],
		'float32',
	);
	const types = weights.parameter(
		graph,
		'embeddings.token_type_embeddings.weight',
		[config.type_vocab_size, width],
		'float32',
	);
	const tokenIndices = graph.constant(Int32Array.from({ length: Number(ids.shape[0]) }, (_, i) => i)); // [n]
	const sum = add([wordEmbedding(net, ids, config), gather([positions, tokenIndices])]); // [n, width]
	const firstType = gather([types, graph.constant(Int32Array.of(0))]); // [1, width]
	return layerNorm(net, add([sum, firstType]), 'embeddings.LayerNorm', config.layer_norm_eps);
}

/** Rows of the word table. In an 8-bit table only the rows in use are converted to fp32: the whole table would take 47 MB. */
function wordEmbedding({ graph, weights }: Network, ids: Value, config: BertConfig): Value {
	const name = 'embeddings.word_embeddings.weight';
	const shape = [config.vocab_size, config.hidden_size] as const;
	if (!weights.isInt8(name)) return gather([weights.parameter(graph, name, shape, 'float32'), ids]);
	const { q, scale } = weights.int8Matrix(graph, name, shape);
	const rowScale = reshape([gather([scale, ids])], { shape: [ids.shape[0], 1] }); // [n, 1]
	return mul([cast([gather([q, ids])], { to: 'float32' }), rowScale]); // [n, width]
}

/** One layer, with a LayerNorm after each half: x [n, hidden_size] -> the same shape. */
function layer(net: Network, x: Value, bias: Value, name: string, config: BertConfig): Value {
	const epsilon = config.layer_norm_eps;
	const context = selfAttention(net, x, bias, `${name}.attention.self`, config);
	const attended = linearLayer(net, context, `${name}.attention.output.dense`, config.hidden_size);
	const y = layerNorm(net, add([attended, x]), `${name}.attention.output.LayerNorm`, epsilon);
	const hidden = gelu([linearLayer(net, y, `${name}.intermediate.dense`, config.intermediate_size)]);
	const out = linearLayer(net, hidden, `${name}.output.dense`, config.hidden_size);
	return layerNorm(net, add([out, y]), `${name}.output.LayerNorm`, epsilon);
}

function selfAttention(net: Network, x: Value, bias: Value, name: string, config: BertConfig): Value {
	const heads = config.num_attention_heads;
	const headWidth = config.hidden_size / heads;
	const split = (part: string, permutation: readonly number[]) => {
		const projected = linearLayer(net, x, `${name}.${part}`, config.hidden_size);
		return transpose([reshape([projected], { shape: [x.shape[0], heads, headWidth] })], { permutation });
	};
	const q = scaled(net, split('query', [1, 0, 2]), headWidth ** -0.5); // [heads, n, headWidth]
	const scores = add([matMul([q, split('key', [1, 2, 0])]), bias]); // [heads, n, n]
	const context = matMul([softmax([scores], { axis: -1 }), split('value', [1, 0, 2])]); // [heads, n, headWidth]
	return reshape([transpose([context], { permutation: [1, 0, 2] })], { shape: x.shape });
}
