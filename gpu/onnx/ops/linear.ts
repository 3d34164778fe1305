/** Matrix products. */
import { COMPOSITE, type Value } from '../graph.ts';
import { broadcast, type Dim, ShapeError, showShape } from '../shape.ts';
import { channelSums, sumTo } from './broadcasting.ts';
import { mul } from './elementwise.ts';
import { transpose } from './movement.ts';
import { defineOp, expectRank, expectSameType, expectShape, type Operation } from './op.ts';

interface GemmOptions {
	readonly transposeA?: boolean;
	readonly transposeB?: boolean;
}

/** A · B + bias for matrices A [n, k] and B [k, m], either given transposed; bias [m] may be left out. Output [n, m]. */
export const gemm: Operation<GemmOptions> = defineOp({
	type: 'Gemm',
	attributes: ({ transposeA, transposeB }) => ({
		...(transposeA ? { transA: { int: 1 } } : {}),
		...(transposeB ? { transB: { int: 1 } } : {}),
	}),
	infer: (inputs, { transposeA, transposeB }) => {
		const [a, b, bias] = inputs;
		expectRank('Gemm', a, 2);
		expectRank('Gemm', b, 2);
		expectSameType('Gemm', inputs);
		const [n, k] = transposeA ? a.shape.toReversed() : a.shape;
		const [rows, m] = transposeB ? b.shape.toReversed() : b.shape;
		if (k !== rows) throw new ShapeError('Gemm', `rows of ${rows} values`, showShape(a.shape));
		if (bias) expectShape('Gemm', bias, [m]);
		return { dtype: a.dtype, shape: [n, m] };
	},
	gradient: ({ inputs: [a, b, bias], options: { transposeA = false, transposeB = false } }, dy) => [
		() =>
			transposeA
				? gemm([b, dy], { transposeA: transposeB, transposeB: true })
				: gemm([dy, b], { transposeB: !transposeB }),
		() =>
			transposeB
				? gemm([dy, a], { transposeA: true, transposeB: transposeA })
				: gemm([a, dy], { transposeA: !transposeA }),
		bias && (() => sumTo(dy, bias.shape)),
	],
});

/**
 * A Linear layer: x · weightᵀ + bias. Inputs x [rows, in], weight [out, in], bias [out]. Output [rows, out].
 *
 * Gemm with transB takes PyTorch's weight as it lies in the file; MatMul would need a transposed copy in memory.
 */
export function linear(inputs: readonly Value[]): Value {
	return gemm(inputs, { transposeB: true });
}

/** The shape of A · B, [..., n, k] · [..., k, m]; the axes before them broadcast. */
export function productShape(op: string, a: readonly Dim[], b: readonly Dim[]): Dim[] {
	if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) {
		throw new ShapeError(op, '[..., n, k] · [..., k, m]', `${showShape(a)} · ${showShape(b)}`);
	}
	return [...broadcast(op, a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!];
}

/** The product of the last two axes: [..., n, k] · [..., k, m] -> [..., n, m]; the axes before them broadcast. */
export const matMul = defineOp<void>({
	type: 'MatMul',
	infer: (inputs) => {
		const [a, b] = inputs;
		expectSameType('MatMul', inputs);
		return { dtype: a.dtype, shape: productShape('MatMul', a.shape, b.shape) };
	},
});

/** A · Bᵀ for A [batch, n, k] and B [batch, m, k] -> [batch, n, m]. */
export const matMulTransposedB = defineOp<void>({
	type: 'MatMulTransposedB',
	domain: COMPOSITE,
	infer: (inputs) => {
		const [a, b] = inputs;
		expectSameType('MatMulTransposedB', inputs);
		expectRank('MatMulTransposedB', b, 3);
		const [batch, m, k] = b.shape;
		return { dtype: a.dtype, shape: productShape('MatMulTransposedB', a.shape, [batch, k, m]) };
	},
	expand: ([a, b]) => matMul([a, transpose([b], { permutation: [0, 2, 1] })]),
});

/** Σ a · b for every channel: two of [B, C, H, W] -> [C]. */
export const channelDot = defineOp<void>({
	type: 'ChannelDot',
	domain: COMPOSITE,
	infer: (inputs) => {
		const [a, b] = inputs;
		expectSameType('ChannelDot', inputs);
		expectRank('ChannelDot', a, 4);
		expectShape('ChannelDot', b, a.shape);
		return { dtype: a.dtype, shape: [a.shape[1]] };
	},
	expand: (images) => channelSums(mul(images)),
});
