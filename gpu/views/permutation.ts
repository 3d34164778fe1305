/** Views that only move pixels: most of them. A permutation is orthogonal, and its inverse is exact. */
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { View } from './view.ts';

/**
 * The view of side `size` whose pixel (row, column) is the picture's pixel `source(row, column)`.
 * Throws a RangeError when `source` does not take every pixel exactly once.
 */
export function permutationView(
	size: number,
	source: (row: number, column: number) => readonly [row: number, column: number],
): View {
	const sources = Int32Array.from({ length: size * size }, (_, i) => {
		const [row, column] = source(Math.floor(i / size), i % size);
		return row * size + column;
	});
	const targets = inverse(sources);
	const back = (x: Tensor) => gather(x, size, targets);
	return { apply: (x) => gather(x, size, sources), invertNoise: back, invertVariance: back };
}

function inverse(permutation: Int32Array): Int32Array {
	const result = new Int32Array(permutation.length).fill(-1);
	permutation.forEach((from, to) => {
		if (result[from] !== -1) throw new RangeError(`not a permutation: pixel ${from} is taken twice or is not there`);
		result[from] = to;
	});
	return result;
}

/** Every channel's pixel i becomes its pixel indices[i]. [C, size, size] -> [C, size, size] */
function gather(x: Tensor, size: number, indices: Int32Array): Tensor {
	const [channels, height, width] = x.shape;
	if (x.shape.length !== 3 || height !== size || width !== size) {
		throw new RangeError(`this view takes pictures of shape [C, ${size}, ${size}], got [${x.shape}]`);
	}
	const data = new Float32Array(x.data.length);
	for (let channel = 0; channel < channels; channel++) {
		const offset = channel * indices.length;
		for (let i = 0; i < indices.length; i++) data[offset + i] = x.data[offset + indices[i]];
	}
	return tensor(data, x.shape);
}
