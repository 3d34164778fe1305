/** Shortens a text that does not fit. */

/** Error messages quote at most this much of what the user typed. */
export const MAX_QUOTED = 40;

/**
 * @param maxCharacters in UTF-16 units, as chats and JavaScript count; at least 1
 * @returns `text` when it fits; otherwise its beginning and "…", with no emoji cut in half
 */
export function shorten(text: string, maxCharacters: number): string {
	if (text.length <= maxCharacters) return text;
	let length = 0;
	for (const character of text) {
		if (length + character.length > maxCharacters - 1) break;
		length += character.length;
	}
	return `${text.slice(0, length)}…`;
}
