/** Operations that move elements about without changing them. */
import type { Value } from '../graph.ts';
import { countElements, type Dim, known, type Shape, ShapeError, sameShape, showShape } from '../shape.ts';
import { defineOp, defineOpWithOutputs, expectSameType, normalizeAxis, type Operation } from './op.ts';

/** The same elements in a new shape; the batch may stand in one dimension of it. */
export const reshape: Operation<{ shape: Shape }> = defineOp({
	type: 'Reshape',
	// The one dimension that depends on the batch: 0 if it stays where it is, as ONNX Runtime then knows that it is the same; -1
	// lets it work the dimension out.
	constants: ([x], { shape }) => [
		x.graph.integers(
			shape.map((dim, axis) => {
				if (typeof dim === 'number') return dim;
				return dim === x.shape[axis] ? 0 : -1;
			}),
		),
	],
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
	gradient: ({ inputs: [x] }, dy) => [() => reshape([dy], { shape: x.shape })],
});

/** Axis i of the result is axis permutation[i] of x. */
export const transpose: Operation<{ permutation: readonly number[] }> = defineOp({
	type: 'Transpose',
	attributes: ({ permutation }) => ({ perm: { ints: permutation } }),
	infer: ([x], { permutation }) => {
		if ([...permutation].sort().join() !== [...x.shape.keys()].join()) {
			throw new ShapeError('Transpose', `a permutation of the axes of ${showShape(x.shape)}`, `[${permutation}]`);
		}
		return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) };
	},
	gradient: ({ options: { permutation } }, dy) => [
		() => transpose([dy], { permutation: permutation.map((_, axis) => permutation.indexOf(axis)) }),
	],
});

/** Concatenates the inputs along `axis`; the other dimensions must be equal. */
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
	gradient: ({ inputs, options: { axis } }, dy) => {
		const along = normalizeAxis('Concat', axis, dy.shape);
		let end = 0;
		return inputs.map(({ shape }) => {
			const start = end;
			end += Number(shape[along]);
			const range = { axes: [along], starts: [start], ends: [end] };
			return () => slice([dy], range);
		});
	},
});

/** Concatenates `values` along `axis`; a single one stays as it is. */
export function concatAll(values: readonly Value[], axis: number): Value {
	return values.length === 1 ? values[0] : concat(values, { axis });
}

/** The elements from `starts` to before `ends` along `axes`; `steps`: every how many, absent: every one. */
export const slice = defineOp<{
	axes: readonly number[];
	starts: readonly number[];
	ends: readonly number[];
	steps?: readonly number[];
}>({
	type: 'Slice',
	constants: ([x], { axes, starts, ends, steps }) =>
		[starts, ends, axes, ...(steps ? [steps] : [])].map((list) => x.graph.integers(list)),
	infer: ([x], { axes, starts, ends, steps }) => {
		const shape: Dim[] = [...x.shape];
		for (const [i, axis] of axes.entries()) {
			const length = known('Slice', x.shape[axis], 'length to cut');
			if (starts[i] < 0 || ends[i] <= starts[i] || ends[i] > length) {
				throw new ShapeError('Slice', `a range in 0..${length} of axis ${axis}`, `${starts[i]}..${ends[i]}`);
			}
			shape[axis] = Math.ceil((ends[i] - starts[i]) / (steps?.[i] ?? 1));
		}
		return { dtype: x.dtype, shape };
	},
});

/** The elements in reverse along `axes`. */
export const flip: Operation<{ axes: readonly number[] }> = defineOp({
	type: 'Slice',
	// From the last element (-1) to before the one in front of the first, backwards.
	constants: ([x], { axes }) =>
		[axes.map(() => -1), axes.map((axis) => -Number(x.shape[axis]) - 1), axes, axes.map(() => -1)].map((list) =>
			x.graph.integers(list),
		),
	infer: ([x], { axes }) => {
		for (const axis of axes) known('Slice', x.shape[axis], 'length to reverse');
		return x;
	},
	gradient: ({ options }, dy) => [() => flip([dy], options)],
});

/** x cut along `axis` into pieces of these `sizes`. */
export const splitSizes = defineOpWithOutputs<{ axis: number; sizes: readonly number[] }>({
	type: 'Split',
	attributes: ({ axis }) => ({ axis: { int: axis } }),
	constants: ([x], { sizes }) => [x.graph.integers(sizes)],
	infer: ([x], { axis, sizes }) => {
		const total = sizes.reduce((sum, size) => sum + size, 0);
		if (known('Split', x.shape[axis], 'length to split') !== total) {
			throw new ShapeError('Split', `${total} along axis ${axis}`, showShape(x.shape));
		}
		return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) }));
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

/** Zeros around x: `before` and `after` say how many of them, for every axis. */
export const pad = defineOp<{ before: readonly number[]; after: readonly number[] }>({
	type: 'Pad',
	constants: ([x], { before, after }) => [x.graph.integers([...before, ...after])],
	infer: ([x], { before, after }) => ({
		dtype: x.dtype,
		shape: x.shape.map((dim, axis) => {
			const more = before[axis] + after[axis];
			return more === 0 ? dim : known('Pad', dim, 'length') + more;
		}),
	}),
});

/** Zeros behind the elements of `axis`, until it is `length` long. */
export function padEnd([x]: readonly Value[], { axis, length }: { axis: number; length: number }): Value {
	const missing = length - known('Pad', x.shape[axis], 'length');
	if (missing < 0) throw new ShapeError('Pad', `at most ${length} along axis ${axis}`, showShape(x.shape));
	const none = x.shape.map(() => 0);
	return pad([x], { before: none, after: none.with(axis, missing) });
}
