/** Many tensors as one vector, and back: in arrays, and inside a graph. */
import { assertTensors, type NamedArrays, type TensorSpec } from '../models/digits/tensors.ts';
import type { Formulation, Value } from '../onnx/graph.ts';
import { concatAll, reshape, slice, splitSizes } from '../onnx/ops/movement.ts';
import { sameShape } from '../onnx/shape.ts';
import { sizeOf } from '../tensor/tensor.ts';

/** The number of elements of all of them. */
export function sizeOfAll(parts: readonly TensorSpec[]): number {
	return parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The arrays behind each other. Throws a ModelError when they are not those of `parts`. */
export function flatten(parts: readonly TensorSpec[], arrays: NamedArrays, where: string): Float32Array {
	assertTensors(parts, arrays, where);
	const flat = new Float32Array(sizeOfAll(parts));
	let offset = 0;
	for (const { name } of parts) {
		flat.set(arrays[name], offset);
		offset += arrays[name].length;
	}
	return flat;
}

/** Copies of the parts of `flat`, by name. */
export function unflatten(parts: readonly TensorSpec[], flat: Float32Array): NamedArrays {
	let offset = 0;
	const entries = parts.map(({ name, shape }) => {
		const start = offset;
		offset += sizeOf(shape);
		return [name, flat.slice(start, offset)];
	});
	return Object.fromEntries(entries);
}

/** The tensors in the vector `flat`, in their shapes. */
export function unpack(flat: Value, parts: readonly TensorSpec[], formulation: Formulation): Value[] {
	const sizes = parts.map(({ shape }) => sizeOf(shape));
	const pieces = formulation === 'cpu' ? splitSizes([flat], { axis: 0, sizes }) : slices(flat, sizes);
	return pieces.map((piece, i) => shaped(piece, parts[i].shape));
}

/** One by one: a Split into many outputs has more storage buffers than a WebGPU shader may have. */
function slices(flat: Value, sizes: readonly number[]): Value[] {
	let end = 0;
	return sizes.map((size) => {
		const start = end;
		end += size;
		return slice([flat], { axes: [0], starts: [start], ends: [end] });
	});
}

/** Most parts are vectors, which need no node; on a GPU every node costs time. */
function shaped(value: Value, shape: readonly number[]): Value {
	return sameShape(value.shape, shape) ? value : reshape([value], { shape });
}

/** The inverse of unpack. */
export function pack(tensors: readonly Value[], formulation: Formulation): Value {
	const rows = tensors.map((tensor) => shaped(tensor, [sizeOf(tensor.shape.map(Number))]));
	return concatAll(rows, 0, formulation);
}
