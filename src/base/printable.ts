/**
 * Characters that a terminal obeys in place of showing them: control characters apart from the line feed and the tab, and those
 * that turn the direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** `text` for a terminal: what people typed, or a file holds, cannot move its cursor, retitle or recolour it. */
export const printable = (text: string) => text.replace(OBEYED, '\ufffd');

/** JSON for a terminal: the same characters are escaped, so that every reader of JSON finds them again. */
export const escapedIn = (json: string) =>
	json.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `value` as such JSON. */
export const printableJson = (value: unknown) => escapedIn(JSON.stringify(value));

/** Prints on stdout. */
export const tell = (text: string) => console.log(printable(text));
