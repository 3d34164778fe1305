/** A network's values outside a graph. */
import { ModelError } from '../../errors.ts';
import { quoted, shapeText } from '../../quoted.ts';
import { sizeOf } from '../../tensor/tensor.ts';

/** Values by their tensor's name in PyTorch's state_dict; the definition has the shapes. */
export type NamedArrays = Readonly<Record<string, Float32Array>>;

/** A tensor's name and shape. */
export interface TensorSpec {
	readonly name: string;
	readonly shape: readonly number[];
}

/** Throws a ModelError that names `where` and a tensor that is missing, of the wrong size or not in the list. */
export function assertTensors(specs: readonly TensorSpec[], arrays: NamedArrays, where: string): void {
	for (const { name, shape } of specs) {
		const length = arrays[name]?.length;
		if (length === undefined) throw new ModelError(`${where}: tensor "${name}" is missing`);
		if (length !== sizeOf(shape)) {
			throw new ModelError(
				`${where}: tensor "${name}" has ${length} values, expected ${sizeOf(shape)} for ${shapeText(shape)}`,
			);
		}
	}
	const names = new Set(specs.map(({ name }) => name));
	const extra = Object.keys(arrays).find((name) => !names.has(name));
	if (extra !== undefined) throw new ModelError(`${where}: tensor ${quoted(extra)} is not part of this network`);
}
