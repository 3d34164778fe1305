/** Integers that stand for real numbers. */
import { ShapeError } from '../shape.ts';
import { defineOp, expectShape } from './op.ts';

/** q · scale, row by row. Inputs q int8 [rows, columns], scale fp32 [rows]. Output fp32 [rows, columns]. */
export const dequantizeRows = defineOp<void>({
	type: 'DequantizeLinear',
	attributes: () => ({ axis: { int: 0 } }),
	infer: ([q, scale]) => {
		if (q.dtype !== 'int8') throw new ShapeError('DequantizeLinear', 'int8', q.dtype);
		expectShape('DequantizeLinear', scale, [q.shape[0]]);
		return { dtype: scale.dtype, shape: q.shape };
	},
});
