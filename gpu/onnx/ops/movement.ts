/** Operations that move elements about without changing them. */
import { countElements, type Dim, known, type Shape, ShapeError, sameShape, showShape } from '../shape.ts';
import { defineOp, defineOpWithOutputs, expectSameType, normalizeAxis } from './op.ts';

/** The same elements in a new shape; the batch may stand in one dimension of it. */
export const reshape = defineOp<{ shape: Shape }>({
	type: 'Reshape',
	// -1 lets ONNX Runtime work out the one dimension that depends on the batch.
	constants: ([x], { shape }) => [x.graph.integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1)))],
	infer: ([x], { shape }) => {
		if (shape.some((dim) => typeof dim === 'number' && !Number.isInteger(dim))) {
			throw new ShapeError('Reshape', 'whole dimensions', showShape(shape));
		}
		const from = countElements(x.shape);
		const to = countElements(shape);
		if (from.count !== to.count || from.batches !== to.batches || to.batches > 1) {
			throw new ShapeError('Reshape', `a shape with the elements of ${showShape(x.shape)}`, showShape(shape));
		}
		return { dtype: x.dtype, shape };
	},
});

/** Axis i of the result is axis permutation[i] of x. */
export const transpose = defineOp<{ permutation: readonly number[] }>({
	type: 'Transpose',
	attributes: ({ permutation }) => ({ perm: { ints: permutation } }),
	infer: ([x], { permutation }) => {
		if ([...permutation].sort().join() !== [...x.shape.keys()].join()) {
			throw new ShapeError('Transpose', `a permutation of the axes of ${showShape(x.shape)}`, `[${permutation}]`);
		}
		return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) };
	},
});

/** All inputs behind each other along `axis`; the other dimensions must be equal. */
export const concat = defineOp<{ axis: number }>({
	type: 'Concat',
	attributes: ({ axis }) => ({ axis: { int: axis } }),
	infer: (inputs, { axis }) => {
		expectSameType('Concat', inputs);
		const shape: Dim[] = [...inputs[0].shape];
		const along = normalizeAxis('Concat', axis, shape);
		shape[along] = inputs.reduce((sum, { shape }) => sum + known('Concat', shape[along], 'length to join'), 0);
		for (const input of inputs) {
			if (!sameShape(input.shape.toSpliced(along, 1), shape.toSpliced(along, 1))) {
				throw new ShapeError(
					'Concat',
					`shapes that agree off axis ${axis}`,
					inputs.map((v) => showShape(v.shape)).join(),
				);
			}
		}
		return { dtype: inputs[0].dtype, shape };
	},
});

/** x cut along `axis` into `parts` pieces of the same size. */
export const split = defineOpWithOutputs<{ axis: number; parts: number }>({
	type: 'Split',
	attributes: ({ axis, parts }) => ({ axis: { int: axis }, num_outputs: { int: parts } }),
	infer: ([x], { axis, parts }) => {
		const along = normalizeAxis('Split', axis, x.shape);
		const length = known('Split', x.shape[along], 'length to split');
		if (length % parts) throw new ShapeError('Split', `a multiple of ${parts} along axis ${axis}`, showShape(x.shape));
		const shape = x.shape.with(along, length / parts);
		return Array.from({ length: parts }, () => ({ dtype: x.dtype, shape }));
	},
});

/** Rows of a table. Inputs table [rows, ...], indices int32 or int64 of any shape. Output [...indices, ...]. */
export const gather = defineOp<void>({
	type: 'Gather',
	infer: ([table, indices]) => {
		if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
			throw new ShapeError('Gather', 'integer indices', indices.dtype);
		}
		return { dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] };
	},
});

/** Zeros behind the elements of `axis`, until it is `length` long. */
export const padEnd = defineOp<{ axis: number; length: number }>({
	type: 'Pad',
	constants: ([x], { axis, length }) => {
		const amounts: number[] = new Array(2 * x.shape.length).fill(0); // all starts, then all ends
		amounts[x.shape.length + axis] = length - Number(x.shape[axis]);
		return [x.graph.integers(amounts)];
	},
	infer: ([x], { axis, length }) => {
		if (known('Pad', x.shape[axis], 'length') > length) {
			throw new ShapeError('Pad', `at most ${length} along axis ${axis}`, showShape(x.shape));
		}
		return { dtype: x.dtype, shape: x.shape.with(axis, length) };
	},
});
