/** Quotes parts of files in messages: a damaged file may hold names, values and shapes of any length. */

/** Longer texts are cut to this. */
const MAX_CHARACTERS = 100;

/** More axes than the tensors of any network here have. */
const MAX_AXES = 8;

const cut = (text: string) => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);

/** A name, in quotes. */
export const quoted = (name: string): string => JSON.stringify(cut(name));

/** A value as it is written in its JSON file. */
export function valueText(value: unknown): string {
	try {
		return cut(JSON.stringify(value) ?? 'missing');
	} catch {
		return 'nested too deeply'; // reading needs no recursion, but writing does
	}
}

/** "[1, 77, 4096]" */
export function shapeText(shape: readonly number[]): string {
	const axes = shape.length > MAX_AXES ? [...shape.slice(0, MAX_AXES), '…'] : shape;
	return `[${axes.join(', ')}]`;
}
