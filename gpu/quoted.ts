/** Pieces of files in messages: a damaged file may hold names, values and shapes of any length. */

/** Longer ones are cut here. */
const MAX_CHARACTERS = 100;

/** More than the tensors of any network here have. */
const MAX_AXES = 8;

const cut = (text: string) => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);

/** A name, in quotes. */
export const quoted = (name: string): string => JSON.stringify(cut(name));

/** A value of a JSON file as it is written there. */
export function valueText(value: unknown): string {
	try {
		return cut(JSON.stringify(value) ?? 'missing');
	} catch {
		return 'nested too deeply'; // it was read without recursion, and cannot be written so
	}
}

/** "[1, 77, 4096]" */
export function shapeText(shape: readonly number[]): string {
	const axes = shape.length > MAX_AXES ? [...shape.slice(0, MAX_AXES), '…'] : shape;
	return `[${axes.join(', ')}]`;
}
