/** Emoji as words: to an encoder whose tokens are words they would all be the same unknown one. */
import { createRequire } from 'node:module';

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]/gu;

/** By the emoji without marks; read when the first is met, as most prompts have none. */
let names: ReadonlyMap<string, string> | undefined;

/** "🐶 on the moon" is "dog face on the moon"; skin tones go unsaid. */
export function emojiAsWords(text: string): string {
	// Whole emoji, with all that is joined to one. To make this pattern takes tens of milliseconds, too many at every start.
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

/** Without the mark that only says to draw it in colour. */
function plain(character: string): string {
	return character.replace(SKIN_TONES, '').replaceAll('\uFE0F', '');
}
