/**
 * A dense array of fp32 numbers in row-major order. Pictures are [C, H, W], with values in [-1, 1].
 *
 * Tensors are immutable: nothing in this program writes to a tensor that it was given.
 */
export interface Tensor {
	readonly data: Float32Array;
	readonly shape: readonly number[];
}

/** Number of elements of a shape; 1 for a scalar ([]). */
export function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Wraps `data` (not copied) as a tensor of `shape`. Throws when the sizes differ. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
	if (data.length !== sizeOf(shape)) {
		throw new RangeError(`tensor: shape [${shape}] needs ${sizeOf(shape)} values, got ${data.length}`);
	}
	return { data, shape };
}

/** Concatenates the arrays; a single one is not copied. */
export function concatenate(arrays: readonly Float32Array[]): Float32Array {
	if (arrays.length === 1) return arrays[0];
	const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
	let offset = 0;
	for (const array of arrays) {
		all.set(array, offset);
		offset += array.length;
	}
	return all;
}

/** Whether x has no NaN and no infinity. A single pass of additions, because it runs at every step of every picture. */
export function allFinite({ data }: Tensor): boolean {
	let sum = 0;
	for (let i = 0; i < data.length; i++) sum += data[i] * 0;
	return sum === 0;
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
	return { data: new Float32Array(sizeOf(shape)), shape };
}

/** Throws unless both tensors have the same shape. */
export function assertSameShape(a: Tensor, b: Tensor, where: string): void {
	if (a.shape.length !== b.shape.length || a.shape.some((dimension, axis) => dimension !== b.shape[axis])) {
		throw new RangeError(`${where}: shapes differ, [${a.shape}] and [${b.shape}]`);
	}
}

/** f applied to every element. */
export function map(x: Tensor, f: (value: number, index: number) => number): Tensor {
	const data = new Float32Array(x.data.length);
	for (let i = 0; i < data.length; i++) data[i] = f(x.data[i], i);
	return { data, shape: x.shape };
}

/** Clamps values to [-1, 1], as a picture is shown. */
export function clamped(x: Tensor): Tensor {
	return map(x, (value) => Math.min(1, Math.max(-1, value)));
}

/** a·x + b·y, element by element. */
export function combine(a: number, x: Tensor, b: number, y: Tensor): Tensor {
	assertSameShape(x, y, 'combine');
	const data = new Float32Array(x.data.length);
	for (let i = 0; i < data.length; i++) data[i] = a * x.data[i] + b * y.data[i];
	return { data, shape: x.shape };
}

/** The element-wise mean of one or more tensors of the same shape. */
export function mean(tensors: readonly Tensor[]): Tensor {
	const total = accumulate(tensors, 'mean');
	for (let i = 0; i < total.length; i++) total[i] /= tensors.length;
	return { data: new Float32Array(total), shape: tensors[0].shape };
}

/** The element-wise sum of one or more tensors of the same shape. */
export function sum(tensors: readonly Tensor[]): Tensor {
	return { data: new Float32Array(accumulate(tensors, 'sum')), shape: tensors[0].shape };
}

/** Sums in double precision, so that the order of the terms hardly matters. */
function accumulate([first, ...others]: readonly Tensor[], where: string): Float64Array {
	if (!first) throw new RangeError(`${where}: needs at least one tensor`);
	const total = new Float64Array(first.data);
	for (const other of others) {
		assertSameShape(first, other, where);
		for (let i = 0; i < total.length; i++) total[i] += other.data[i];
	}
	return total;
}
