import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { breakLines, letteringPath, textWidth } from '../../../commands/figures/lettering.ts';

const wide = (text: string, maxWidth: number, maxLines = 1) => breakLines(text, { size: 20, maxWidth, maxLines });

describe('letteringPath', () => {
	const path = (text: string) => letteringPath({ text, x: 100, y: 30, size: 20, colour: '#000' });

	it('draws the letters around x, above y', async () => {
		const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">${path('HOHOH')}</svg>`;
		const { info } = await sharp(Buffer.from(svg))
			.flatten({ background: 'white' })
			.trim()
			.toBuffer({ resolveWithObject: true });
		const left = -(info.trimOffsetLeft ?? 0);
		const top = -(info.trimOffsetTop ?? 0);
		expect(Math.abs(left + info.width / 2 - 100)).toBeLessThan(1.5);
		expect(info.width).toBeGreaterThan(0.9 * textWidth('HOHOH', 20) - 2);
		expect(top + info.height).toBeGreaterThanOrEqual(30);
		expect(top + info.height).toBeLessThanOrEqual(31);
	});

	it.each(['<b>&amp;"\'', '"/><script>', '<span foreground="red">', '日本語 🚀 \u202e \u0000 \ud800', 'é e\u0301\n\t'])(
		'leaves nothing of %j to be read as markup',
		(text) => expect(path(text)).toMatch(/^<path fill="#000" d="[-MLQCZ0-9. ]*"\/>$/),
	);

	it('draws a box for a letter that the font lacks', () => expect(path('語')).toBe(path('□')));

	it('draws a composed letter like a letter with a combining accent', () => expect(path('e\u0301')).toBe(path('é')));
});

describe('breakLines', () => {
	it('keeps text that fits on one line', () => expect(wide('seed 180', 400)).toEqual(['seed 180']));

	it('breaks between words', () => {
		const lines = wide('an oil painting of people around a campfire', 200, 9);
		expect(lines.length).toBeGreaterThan(1);
		expect(lines.join(' ')).toBe('an oil painting of people around a campfire');
		for (const line of lines) expect(textWidth(line, 20)).toBeLessThanOrEqual(200);
	});

	it.each([1, 2])('ends the last of %i lines in an ellipsis if text is cut', (maxLines) => {
		const lines = wide('an oil painting of people around a campfire', 120, maxLines);
		expect(lines).toHaveLength(maxLines);
		expect(lines.at(-1)).toMatch(/…$/);
		for (const line of lines) expect(textWidth(line, 20)).toBeLessThanOrEqual(120);
	});

	it('breaks a word that is wider than a line', () => {
		const [first, second] = wide(`${'w'.repeat(1000)} short`, 120, 2);
		expect(first).toMatch(/^w+…$/);
		expect(second).toBe('short');
	});

	it('returns no lines for blank text', () => expect(wide(' ', 100)).toEqual([]));
});
