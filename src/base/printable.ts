/**
 * Characters that a terminal obeys instead of showing: control characters other than line feed and tab, and those that change
 * the writing direction.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern is there to find them
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes text from people or files safe for a terminal: it cannot move the cursor, or retitle or recolour the window. */
export const printable = (text: string) => text.replace(OBEYED, '\ufffd');

/** Makes JSON safe for a terminal: the same characters are escaped, so that a JSON parser still recovers them. */
export const escapedIn = (json: string) =>
	json.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `value` as JSON that is safe for a terminal. */
export const printableJson = (value: unknown) => escapedIn(JSON.stringify(value));

/** Prints to stdout. */
export const tell = (text: string) => console.log(printable(text));
