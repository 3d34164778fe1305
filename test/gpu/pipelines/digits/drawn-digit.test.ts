import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import { readDrawnDigit } from '../../../../gpu/pipelines/digits/drawn-digit.ts';

/** A one: a bar of 40 x 160 in a picture of 400 x 400, off the middle. */
const drawing = (paper: string, ink: string) =>
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
	])('on %s in %s becomes one of MNIST', async (paper, ink) => {
		const { data, shape } = await readDrawnDigit(await drawing(paper, ink));
		expect(shape).toEqual([1, 28, 28]);
		const inkedRows = Array.from({ length: 28 }, (_, row) => row).filter((row) => data[row * 28 + 13] > 0.5);
		// 20 pixels high, in the middle.
		expect([inkedRows[0], inkedRows.length]).toEqual([4, 20]);
		const inkedColumns = Array.from({ length: 28 }, (_, column) => column).filter((c) => data[14 * 28 + c] > 0.5);
		expect(inkedColumns.length).toBeGreaterThanOrEqual(4);
		expect(inkedColumns.length).toBeLessThanOrEqual(6);
		expect(data[0]).toBeLessThan(0.05);
		expect(Math.max(...data)).toBeGreaterThan(0.9);
	});

	it('of 28 x 28 stays where it is', async () => {
		const levels = new Uint8Array(784).map((_, i) => (i === 5 * 28 + 3 ? 255 : i === 5 * 28 + 4 ? 51 : 0));
		const png = await sharp(levels, { raw: { width: 28, height: 28, channels: 1 } })
			.png()
			.toBuffer();
		const { data } = await readDrawnDigit(png);
		expect(data[5 * 28 + 3]).toBe(1);
		expect(data[5 * 28 + 4]).toBeCloseTo(0.2, 2);
		expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.2, 2);
	});

	it('has to be there', async () => {
		const blank = readDrawnDigit(await drawing('#eee', '#eee'));
		await expect(blank).rejects.toThrow(UserError);
		await expect(readDrawnDigit(await drawing('#eee', '#eee'))).rejects.toThrow('No digit can be seen');
		await expect(readDrawnDigit(Buffer.from('no picture'))).rejects.toThrow('The picture could not be read');
	});
});
