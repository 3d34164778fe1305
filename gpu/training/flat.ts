/**
 * Packs many tensors into one vector and back, as arrays and inside a graph.
 *
 * The vector consists of rows of ROW values: first the tensors that do not fill whole rows, tightly packed, then those that
 * do. This is for CUDA: when it splits and joins tensors of different sizes, it rebuilds in each run a table with an entry for
 * every element along the axis. Values instead of rows took 24 ms of a step with D = 64, and 220 ms with D = 128 (H100).
 */
import { assertTensors, type NamedArrays, type TensorSpec } from '../models/digits/tensors.ts';
import type { Value } from '../onnx/graph.ts';
import { concatAll, reshape, splitSizes } from '../onnx/ops/movement.ts';
import { sameShape } from '../onnx/shape.ts';
import { sizeOf } from '../tensor/tensor.ts';

/** Values in a row: 3 x 3 and 4 x 4 kernels between multiples of 16 channels fill whole rows. */
const ROW = 256;

interface Layout {
	/** Indices of the tensors that do not fill whole rows, and of those that do. */
	readonly loose: readonly number[];
	readonly whole: readonly number[];
	/** Where each tensor starts. */
	readonly offsets: readonly number[];
	readonly looseRows: number;
	/** How many zeros follow the loose tensors. */
	readonly filler: number;
	readonly length: number;
}

/** The layout of tensors of these sizes in a vector. */
function layoutOf(sizes: readonly number[]): Layout {
	const isWhole = (i: number) => sizes[i] % ROW === 0;
	const indices = [...sizes.keys()];
	const [loose, whole] = [indices.filter((i) => !isWhole(i)), indices.filter(isWhole)];
	const offsets: number[] = [];
	let end = 0;
	const append = (i: number) => {
		offsets[i] = end;
		end += sizes[i];
	};
	loose.forEach(append);
	const looseRows = Math.ceil(end / ROW);
	const filler = looseRows * ROW - end;
	end += filler;
	whole.forEach(append);
	return { loose, whole, offsets, looseRows, filler, length: end };
}

function sizesOf(parts: readonly { readonly shape: readonly unknown[] }[]): number[] {
	return parts.map(({ shape }) => sizeOf(shape.map(Number)));
}

/** The length of the vector that holds all parts. */
export function flatLength(parts: readonly TensorSpec[]): number {
	return layoutOf(sizesOf(parts)).length;
}

/** The arrays in one vector. Throws a ModelError if they are not those of `parts`. */
export function flatten(parts: readonly TensorSpec[], arrays: NamedArrays, where: string): Float32Array {
	assertTensors(parts, arrays, where);
	const { offsets, length } = layoutOf(sizesOf(parts));
	const flat = new Float32Array(length);
	for (const [i, { name }] of parts.entries()) flat.set(arrays[name], offsets[i]);
	return flat;
}

/** Copies of the parts of `flat`, by name. */
export function unflatten(parts: readonly TensorSpec[], flat: Float32Array): NamedArrays {
	const sizes = sizesOf(parts);
	const { offsets } = layoutOf(sizes);
	return Object.fromEntries(parts.map(({ name }, i) => [name, flat.slice(offsets[i], offsets[i] + sizes[i])]));
}

/** The tensors in the vector `flat`, with their shapes. */
export function unpack(flat: Value, parts: readonly TensorSpec[]): Value[] {
	const sizes = sizesOf(parts);
	const { loose, whole, looseRows, filler, length } = layoutOf(sizes);
	const rows = reshape([flat], { shape: [length / ROW, ROW] });
	const blocks = cut(rows, [looseRows, ...whole.map((i) => sizes[i] / ROW)]);
	const wholeOnes = looseRows > 0 ? blocks.slice(1) : blocks;
	const values: Value[] = [];
	for (const [k, i] of whole.entries()) values[i] = wholeOnes[k];
	if (looseRows > 0) {
		const packed = reshape([blocks[0]], { shape: [looseRows * ROW] });
		const looseOnes = cut(packed, [...loose.map((i) => sizes[i]), filler]);
		for (const [k, i] of loose.entries()) values[i] = looseOnes[k];
	}
	return parts.map(({ shape }, i) => shaped(values[i], shape));
}

/** The inverse of unpack. */
export function pack(tensors: readonly Value[]): Value {
	const sizes = sizesOf(tensors);
	const { loose, whole, looseRows, filler, length } = layoutOf(sizes);
	const looseOnes = loose.map((i) => shaped(tensors[i], [sizes[i]]));
	if (filler > 0) looseOnes.push(tensors[0].graph.constant(new Float32Array(filler)));
	const blocks = whole.map((i) => shaped(tensors[i], [sizes[i] / ROW, ROW]));
	if (looseRows > 0) blocks.unshift(reshape([concatAll(looseOnes, 0)], { shape: [looseRows, ROW] }));
	return reshape([concatAll(blocks, 0)], { shape: [length] });
}

/** Cuts x into pieces of these sizes along the first axis; a size of 0 gives no piece. */
function cut(x: Value, sizes: readonly number[]): Value[] {
	const filled = sizes.filter((size) => size > 0);
	if (filled.length === 1) return [x];
	return splitSizes([x], { axis: 0, sizes: filled });
}

/** Reshapes only if needed: most parts are vectors, and on a GPU every node costs time. */
function shaped(value: Value, shape: readonly number[]): Value {
	return sameShape(value.shape, shape) ? value : reshape([value], { shape });
}
