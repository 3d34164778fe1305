/** Turns emoji into words: an encoder with words as tokens would read all of them as the same unknown one. */
import { createRequire } from 'node:module';

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]/gu;

/** Names by emoji without marks; read when the first emoji occurs, as most prompts have none. */
let names: ReadonlyMap<string, string> | undefined;

/** Text without any emoji, except for characters such as digits that become one with a mark behind them. */
const ASCII = /^[ -~\s]*$/;

/** "🐶 on the moon" becomes "dog face on the moon"; skin tones are dropped. */
export function emojiAsWords(text: string): string {
	// Compiling the pattern below takes tens of milliseconds, and most prompts have nothing for it.
	if (ASCII.test(text)) return text;
	// Whole emoji, with everything joined to them.
	const words = text.replace(/\p{RGI_Emoji}/gv, (character) => ` ${nameOf(character) ?? character} `);
	return words === text ? text : words.replace(/ {2,}/g, ' ').trim();
}

function nameOf(character: string): string | undefined {
	names ??= readNames();
	return names.get(plain(character));
}

function readNames(): ReadonlyMap<string, string> {
	const table: Record<string, { name: string }> = createRequire(import.meta.url)('unicode-emoji-json');
	return new Map(Object.entries(table).map(([character, { name }]) => [plain(character), name.toLowerCase()]));
}

/** The emoji without its skin tone and without the mark that only asks for colour. */
function plain(character: string): string {
	return character.replace(SKIN_TONES, '').replaceAll('\uFE0F', '');
}
