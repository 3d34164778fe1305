/**
 * The CPU's direct convolutions, for weights that are not known beforehand.
 *
 * ONNX Runtime has kernels that take images in blocks of channels, [B, C/b, H, W, b], and need no copies of every pixel's
 * neighbourhood. It chooses them by itself where weights are constants, as in a trained network. In a training step weights
 * are inputs, so this does the same to a finished graph. Measured on one core with 64 to 128 channels: 180 to 200 GFLOP/s in
 * place of 125 to 145, the changes of layout included. The operators are ONNX Runtime's own and not documented; layouts as in
 * onnxruntime/core/optimizer/nchwc_transformer.cc and onnxruntime/core/mlas/lib/reorder.cpp.
 */
import { type Attribute, Graph, type Node, type Value } from './graph.ts';
import { toModel } from './model.ts';
import { reshape, transpose } from './ops/movement.ts';
import { defineOp } from './ops/op.ts';
import { openSession } from './session.ts';
import type { Shape } from './shape.ts';

/** Channels per block with AVX2, and with AVX-512 or on ARM. */
const BLOCKS = [8, 16];

/** Images into blocks of channels. Our shapes stay as they are: [B, C, H, W], C a multiple of the block. */
const reorderInput = defineOp<void>({ type: 'ReorderInput', domain: 'com.microsoft.nchwc', infer: ([x]) => x });

/** Images out of blocks of channels. */
const reorderOutput = defineOp<{ channels: number }>({
	type: 'ReorderOutput',
	domain: 'com.microsoft.nchwc',
	attributes: ({ channels }) => ({ channels: { int: channels } }),
	infer: ([x]) => x,
});

/** The convolution that has these attributes and this output, with everything in blocks. */
const blockedConv = defineOp<{ attributes: Readonly<Record<string, Attribute>>; shape: Shape }>({
	type: 'Conv',
	domain: 'com.microsoft.nchwc',
	attributes: ({ attributes }) => ({ ...attributes, dilations: { ints: [1, 1] }, group: { int: 1 } }),
	infer: ([x], { shape }) => ({ dtype: x.dtype, shape }),
});

/** How many channels this CPU's kernels take at a time; undefined where it has none. */
export async function findConvolutionBlock(): Promise<number | undefined> {
	const graph = new Graph('block');
	graph.output('blocked', reorderInput([graph.input('image', 'float32', [1, 4, 1, 1])]));
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'memory' }).catch(
		(error) => {
			if (error instanceof Error && /implementation for ReorderInput/.test(error.message)) return undefined;
			throw error;
		},
	);
	if (!session) return undefined;
	try {
		// Channels are filled up to a whole block.
		const { blocked } = await session.run({ image: { data: new Float32Array(4), shape: [1, 4, 1, 1] } });
		return BLOCKS.find((block) => block === blocked.shape[1]);
	} finally {
		await session.close();
	}
}

/** Replaces the convolutions of `graph` whose channels fill whole blocks. Names and numbers of all other values stay. */
export function blockConvolutions(graph: Graph, block: number): void {
	for (const node of graph.nodes.splice(0)) {
		if (!fits(node, block)) {
			graph.nodes.push(node);
			continue;
		}
		const [x, weight, ...bias] = node.inputs;
		const attributes = {
			...node.op.attributes?.(node.options),
			kernel_shape: { ints: weight.shape.slice(2).map(Number) },
		};
		const options = { attributes, shape: node.outputs[0].shape };
		const y = blockedConv([reorderInput([x]), blockWeight(weight, block), ...bias], options);
		reorderOutput([y], { channels: Number(weight.shape[0]) });
		// The last node stands for the old one: whoever read that one's output reads this one's.
		graph.nodes.push({ ...graph.nodes.pop()!, outputs: node.outputs });
	}
}

/** One of all channels at once, in fp32: [B, I, H, W] and [O, I, k, k] with I and O multiples of the block. */
function fits({ op, inputs: [x, weight] }: Node, block: number): boolean {
	if (op.type !== 'Conv' || op.domain) return false;
	const [filters, channels] = weight.shape.map(Number);
	return x.dtype === 'float32' && x.shape[1] === channels && channels % block === 0 && filters % block === 0;
}

/** [O, I, k, k] -> the same shape in the order [O/b, I/b, k, k, b of I, b of O]. */
function blockWeight(weight: Value, block: number): Value {
	const [filters, channels, height, width] = weight.shape.map(Number);
	const blocks = reshape([weight], { shape: [filters / block, block, channels / block, block, height * width] });
	return reshape([transpose([blocks], { permutation: [0, 2, 4, 3, 1] })], { shape: weight.shape });
}
