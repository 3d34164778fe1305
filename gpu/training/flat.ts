/** Many tensors as one vector, and back: in arrays, and inside a graph. */
import { ModelError } from '../errors.ts';
import type { Formulation, Value } from '../onnx/graph.ts';
import { concatAll, reshape, slice, splitSizes } from '../onnx/ops/movement.ts';
import { sizeOf } from '../tensor/tensor.ts';
import type { NamedArrays } from './trainer-state.ts';

/** A tensor's name and shape; it lies behind those before it in the list. */
export interface Part {
	readonly name: string;
	readonly shape: readonly number[];
}

/** The number of elements of all of them. */
export function sizeOfAll(parts: readonly Part[]): number {
	return parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The arrays behind each other. Throws a ModelError that names one that is missing, of another size or too many. */
export function flatten(parts: readonly Part[], arrays: NamedArrays, what: string): Float32Array {
	const names = new Set(parts.map(({ name }) => name));
	const extra = Object.keys(arrays).find((name) => !names.has(name));
	if (extra !== undefined) throw new ModelError(`${what}: "${extra}" is not part of this network`);
	const flat = new Float32Array(sizeOfAll(parts));
	let offset = 0;
	for (const { name, shape } of parts) {
		const array = arrays[name];
		if (!array) throw new ModelError(`${what}: "${name}" is missing`);
		if (array.length !== sizeOf(shape)) {
			throw new ModelError(`${what}: "${name}" has ${array.length} values, expected ${sizeOf(shape)} for [${shape}]`);
		}
		flat.set(array, offset);
		offset += array.length;
	}
	return flat;
}

/** Copies of the parts of `flat`, by name. */
export function unflatten(parts: readonly Part[], flat: Float32Array): NamedArrays {
	let offset = 0;
	const entries = parts.map(({ name, shape }) => {
		const start = offset;
		offset += sizeOf(shape);
		return [name, flat.slice(start, offset)];
	});
	return Object.fromEntries(entries);
}

/** The tensors in the vector `flat`, in their shapes. */
export function unpack(flat: Value, parts: readonly Part[], formulation: Formulation): Value[] {
	const sizes = parts.map(({ shape }) => sizeOf(shape));
	const pieces = formulation === 'cpu' ? splitSizes([flat], { axis: 0, sizes }) : slices(flat, sizes);
	return pieces.map((piece, i) => reshape([piece], { shape: parts[i].shape }));
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

/** The inverse of unpack. */
export function pack(tensors: readonly Value[], formulation: Formulation): Value {
	const rows = tensors.map((tensor) => reshape([tensor], { shape: [sizeOf(tensor.shape.map(Number))] }));
	return concatAll(rows, 0, formulation);
}
