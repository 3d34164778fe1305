/**
 * Text in pictures, as outlines from a font that comes with the bot: the machine's own fonts make no difference, and no
 * text can be read as markup.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type { Font, Glyph, PathCommand } from 'opentype.js';

export type Weight = 'regular' | 'bold';

const require = createRequire(import.meta.url);

/** Inter is designed for screens and has Latin, Greek and Cyrillic letters. */
const FILES: Readonly<Record<Weight, string>> = {
	regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
	bold: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};

/** Loading the library and each font takes some tens of milliseconds, so they wait until first needed, or for `warmUpLettering`. */
const fonts = new Map<Weight, Font>();

const loadLibrary = (): typeof import('opentype.js') => require('opentype.js');

function font(weight: Weight): Font {
	let found = fonts.get(weight);
	if (!found) {
		const { buffer } = new Uint8Array(readFileSync(require.resolve(FILES[weight])));
		// With lowMemory each glyph is read when it is first drawn, and the font in half the time.
		found = loadLibrary().parse(buffer, { lowMemory: true });
		fonts.set(weight, found);
	}
	return found;
}

/** Loads everything that text needs, a part at a time, so that the first figure does not hold up the event loop. */
export async function warmUpLettering(): Promise<void> {
	for (const load of [loadLibrary, () => font('regular'), () => font('bold')]) {
		await setImmediate();
		load();
	}
}

/** Shown for a letter that the font lacks; quieter than the font's own sign for it, which is a box full of words. */
const MISSING = '□';

/** The glyphs of one line of text. */
function glyphs(text: string, weight: Weight): Glyph[] {
	const shown = text.normalize('NFC').replace(/\s+/g, ' ').replace(/\p{C}/gu, '');
	// Letter by letter: given a whole text, the library fails on some of this font's substitution tables.
	const face = font(weight);
	return [...shown].map((letter) => face.charToGlyph(face.charToGlyphIndex(letter) === 0 ? MISSING : letter));
}

/** How wide `text` is on one line, in pixels. `size` is the em in pixels. */
export function textWidth(text: string, size: number, weight: Weight = 'regular'): number {
	const units = glyphs(text, weight).reduce((sum, { advanceWidth = 0 }) => sum + advanceWidth, 0);
	return (units * size) / font(weight).unitsPerEm;
}

/** A line of text, where it goes and how it looks; lengths are in pixels. */
export interface Lettering {
	readonly text: string;
	/** Its middle. */
	readonly x: number;
	/** Its baseline. */
	readonly y: number;
	readonly size: number;
	readonly weight?: Weight;
	/** A CSS colour of our own, never from a user. */
	readonly colour: string;
}

/** The line as an SVG element without any text in it. */
export function letteringPath({ text, x, y, size, weight = 'regular', colour }: Lettering): string {
	const { unitsPerEm } = font(weight);
	let pen = x - textWidth(text, size, weight) / 2;
	const outlines = glyphs(text, weight).map((glyph) => {
		const { commands } = glyph.getPath(pen, y, size);
		pen += ((glyph.advanceWidth ?? 0) * size) / unitsPerEm;
		return commands.map(pathData).join('');
	});
	return `<path fill="${colour}" d="${outlines.join('')}"/>`;
}

/** A part of an outline in SVG's words. The library's own writer is six times as slow, and never forgets a number. */
function pathData(part: PathCommand): string {
	const points = part.type === 'Z' ? [] : [part.x, part.y];
	if (part.type === 'C') points.unshift(part.x1, part.y1, part.x2, part.y2);
	if (part.type === 'Q') points.unshift(part.x1, part.y1);
	return part.type + points.map((length) => Math.round(100 * length) / 100).join(' ');
}

/** Breaks `text` between words into at most `maxLines` lines of at most `maxWidth` pixels; what does not fit ends in "…". */
export function breakLines(
	text: string,
	{ size, weight, maxWidth, maxLines }: { size: number; weight?: Weight; maxWidth: number; maxLines: number },
): string[] {
	const fits = (line: string) => textWidth(line, size, weight) <= maxWidth;
	const words = text.split(/\s+/).filter((word) => word !== '');
	const lines: string[] = [];
	while (words.length > 0 && lines.length < maxLines) {
		let line = words.shift() as string;
		while (words.length > 0 && fits(`${line} ${words[0]}`)) line += ` ${words.shift()}`;
		const last = lines.length === maxLines - 1 && words.length > 0;
		lines.push(last || !fits(line) ? cut(last ? `${line} ${words.join(' ')}` : line, fits) : line);
	}
	return lines;
}

/** The longest beginning that fits together with "…", found by bisection since prompts may be long. */
function cut(text: string, fits: (text: string) => boolean): string {
	const letters = [...text];
	const beginning = (count: number) => `${letters.slice(0, count).join('').trimEnd()}…`;
	let [low, high] = [0, letters.length - 1];
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (fits(beginning(middle))) low = middle;
		else high = middle - 1;
	}
	return beginning(low);
}
