/** Matrix products. */
import { broadcast, ShapeError, showShape } from '../shape.ts';
import { defineOp, expectRank, expectSameType, expectShape } from './op.ts';

/**
 * A Linear layer: x · weightᵀ + bias. Inputs x [rows, in], weight [out, in], bias [out]. Output [rows, out].
 *
 * Gemm with transB takes PyTorch's weight as it lies in the file; MatMul would need a transposed copy in memory.
 */
export const linear = defineOp<void>({
	type: 'Gemm',
	attributes: () => ({ transB: { int: 1 } }),
	infer: (inputs) => {
		const [x, weight, bias] = inputs;
		expectRank('Gemm', x, 2);
		expectRank('Gemm', weight, 2);
		expectSameType('Gemm', inputs);
		if (x.shape[1] !== weight.shape[1]) {
			throw new ShapeError('Gemm', `rows of ${weight.shape[1]} values`, showShape(x.shape));
		}
		expectShape('Gemm', bias, [weight.shape[0]]);
		return { dtype: x.dtype, shape: [x.shape[0], weight.shape[0]] };
	},
});

/** The product of the last two axes: [..., n, k] · [..., k, m] -> [..., n, m]; the axes before them broadcast. */
export const matMul = defineOp<void>({
	type: 'MatMul',
	infer: (inputs) => {
		const [a, b] = inputs;
		expectSameType('MatMul', inputs);
		if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
			throw new ShapeError('MatMul', '[..., n, k] · [..., k, m]', `${showShape(a.shape)} · ${showShape(b.shape)}`);
		}
		const batch = broadcast('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
		return { dtype: a.dtype, shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!] };
	},
});
