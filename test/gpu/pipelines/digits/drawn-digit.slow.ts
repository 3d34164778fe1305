import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CONDITIONS, type Condition, drawing } from '../../../../eval/drawings.ts';
import { judge, openJudge } from '../../../../eval/judged.ts';
import { UserError } from '../../../../gpu/errors.ts';
import { readDrawnDigit } from '../../../../gpu/pipelines/digits/drawn-digit.ts';
import { DIGIT_AREA, loadMnist } from '../../../../gpu/training/mnist.ts';

const DRAWN = new URL('../../../fixtures/digits/drawn/', import.meta.url);

/** The cosine of the angle between two digits: 1 if they are the same. */
function alike(a: Float32Array, b: Float32Array): number {
	const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
	return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** A one: a bar of 40 x 160 in a picture of 400 x 400, off centre. */
const one = (paper: string, ink: string) =>
	sharp(
		Buffer.from(
			`<svg width="400" height="400"><rect width="400" height="400" fill="${paper}"/><rect x="60" y="30" width="40" height="160" fill="${ink}"/></svg>`,
		),
	)
		.png()
		.toBuffer();

describe('a drawn digit', () => {
	it.each([
		['white', 'black'],
		['black', 'white'],
		['#ffd', '#226'],
		['none', 'black'],
	])('on %s in %s becomes like MNIST', async (paper, ink) => {
		const { data, shape } = await readDrawnDigit(await one(paper, ink));
		expect(shape).toEqual([1, 28, 28]);
		const inkedRows = Array.from({ length: 28 }, (_, row) => row).filter((row) => data[row * 28 + 13] > 0.5);
		// 20 pixels high and centred.
		expect([inkedRows[0], inkedRows.length]).toEqual([4, 20]);
		const inkedColumns = Array.from({ length: 28 }, (_, column) => column).filter((c) => data[14 * 28 + c] > 0.5);
		expect(inkedColumns.length).toBeGreaterThanOrEqual(4);
		expect(inkedColumns.length).toBeLessThanOrEqual(6);
		expect(data[0]).toBeLessThan(0.05);
		expect(Math.max(...data)).toBeGreaterThan(0.9);
	});

	it('of 28 x 28 is not moved', async () => {
		const levels = new Uint8Array(784).map((_, i) => (i === 5 * 28 + 3 ? 255 : i === 5 * 28 + 4 ? 51 : 0));
		const png = await sharp(levels, { raw: { width: 28, height: 28, channels: 1 } })
			.png()
			.toBuffer();
		const { data } = await readDrawnDigit(png);
		expect(data[5 * 28 + 3]).toBe(1);
		expect(data[5 * 28 + 4]).toBeCloseTo(0.2, 2);
		expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.2, 2);
	});

	it('is the same in any size and shape of picture', async () => {
		const { levels } = await loadMnist('test');
		const seven = levels.subarray(0, DIGIT_AREA);
		const read = async (condition: Condition) => (await readDrawnDigit(await drawing(seven, condition, 7))).data;
		const square = await read('square');
		for (const condition of CONDITIONS) {
			expect(alike(await read(condition), square), condition).toBeGreaterThan(0.9);
		}
	});

	it.each(['phone-portrait', 'red-on-blue', 'sheet-on-dark-table', 'tight-portrait-crop', 'white-ink-on-transparent'])(
		'that somebody sent is read right (%s)',
		async (name) => {
			const digit = await readDrawnDigit(await readFile(new URL(`7-${name}.png`, DRAWN)));
			const network = await openJudge();
			const { read } = await judge(network, digit.data);
			await network.close();
			expect(read).toEqual([7]);
		},
	);

	it('may be in the upper part of a tall picture, or fill it', async () => {
		const bar = (width: number, height: number, rect: string) =>
			sharp(
				Buffer.from(
					`<svg width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${rect}</svg>`,
				),
			)
				.png()
				.toBuffer();
		const rowsOf = async (picture: Buffer) => {
			const { data } = await readDrawnDigit(picture);
			return Array.from({ length: 28 }, (_, row) => row).filter((row) => data[row * 28 + 13] > 0.5).length;
		};
		expect(await rowsOf(await bar(300, 900, '<rect x="130" y="20" width="30" height="120"/>'))).toBe(20);
		expect(await rowsOf(await bar(90, 300, '<rect x="30" y="0" width="30" height="300"/>'))).toBe(20);
	});

	it('must be the only thing drawn', async () => {
		const several = Array.from({ length: 6 }, (_, i) => `<rect x="${40 + 55 * i}" y="150" width="20" height="80"/>`);
		const svg = `<svg width="400" height="400"><rect width="400" height="400" fill="white"/>${several.join('')}</svg>`;
		const picture = await sharp(Buffer.from(svg)).png().toBuffer();
		await expect(readDrawnDigit(picture)).rejects.toThrow(
			/^There is more in the picture than a digit; send one digit alone/,
		);
	});

	it.each(['tower', 'bay', 'fruit', 'rocket-sketch'])('is not found in %s.png', async (name) => {
		const picture = await readFile(new URL(`../../../../assets/examples/${name}.png`, import.meta.url));
		await expect(readDrawnDigit(picture)).rejects.toThrow(/^The picture does not show a digit|^There is more/);
	});

	it('must be drawn at all', async () => {
		const blank = readDrawnDigit(await one('#eee', '#eee'));
		await expect(blank).rejects.toThrow(UserError);
		await expect(readDrawnDigit(await one('#eee', '#eee'))).rejects.toThrow('No digit can be seen');
		await expect(readDrawnDigit(Buffer.from('no picture'))).rejects.toThrow('The picture could not be read');
	});
});
