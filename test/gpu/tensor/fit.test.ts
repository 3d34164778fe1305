import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { decodeImage } from '../../../gpu/tensor/image.ts';
import { levelOf } from '../../../gpu/tensor/levels.ts';
import { decodeMask, decodeOpacity } from '../../../gpu/tensor/mask.ts';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';

/** From test/fixtures/tensor/make.py. */
const golden: { seed: number; width: number; height: number; size: number; levels: string }[] = JSON.parse(
	readFileSync(new URL('../../fixtures/tensor/squashed.json', import.meta.url), 'utf8'),
);

test.each(golden)('squashing agrees with Pillow, level for level: $width × $height', async (given) => {
	const { seed, width, height, size, levels } = given;
	const { data: noise } = new TorchGenerator(seed).randn([height, width, 3]);
	const pixels = Uint8ClampedArray.from(noise, (value) => Math.floor(128 + 60 * value));
	const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
		.png()
		.toBuffer();
	const { data, shape } = await decodeImage(png, size, size, 'squash');
	expect(shape).toEqual([3, size, size]);
	const expected = Buffer.from(levels, 'base64'); // [H, W, 3]
	const area = size * size;
	const got = Uint8Array.from(expected, (_, i) => Math.round(levelOf(data[(i % 3) * area + Math.floor(i / 3)])));
	expect(Buffer.from(got).equals(expected)).toBe(true);
});

/** 24 × 8 pixels in three square parts from left to right, given as red, green, blue and opacity. */
const threeParts = (...colours: readonly (readonly [number, number, number, number])[]) =>
	sharp(
		Uint8Array.from({ length: 24 * 8 * 4 }, (_, i) => colours[Math.floor((Math.floor(i / 4) % 24) / 8)][i % 4]),
		{ raw: { width: 24, height: 8, channels: 4 } },
	)
		.png()
		.toBuffer();

const RED = [255, 0, 0, 255] as const;
const GREEN = [0, 255, 0, 255] as const;
const WHITE = [255, 255, 255, 255] as const;
const BLACK = [0, 0, 0, 255] as const;
const NOTHING = [255, 255, 255, 0] as const;

/** Levels of one pixel of [C, S, S]. */
const levelsAt = ({ data, shape: [channels, height, width] }: Tensor, row: number, column: number) =>
	Array.from({ length: channels }, (_, c) => Math.round(levelOf(data[(c * height + row) * width + column])));

/** The middle row of [1, S, S], rounded. */
const middleRow = ({ data, shape: [, height, width] }: Tensor) =>
	[...data.subarray(Math.floor(height / 2) * width, (Math.floor(height / 2) + 1) * width)].map(Math.round).join('');

/** The middle column, rounded. */
const middleColumn = ({ data, shape: [, height, width] }: Tensor) =>
	Array.from({ length: height }, (_, row) => Math.round(data[row * width + Math.floor(width / 2)])).join('');

describe('a wide picture', () => {
	it('loses its ends when cropped, but nothing when squashed', async () => {
		const picture = await threeParts(RED, GREEN, RED);
		const cropped = await decodeImage(picture, 12);
		const squashed = await decodeImage(picture, 12, 12, 'squash');
		expect(levelsAt(cropped, 6, 1)).toEqual([0, 255, 0]);
		for (const column of [0, 11]) expect(levelsAt(squashed, 6, column)).toEqual([255, 0, 0]);
		for (const row of [0, 6, 11]) expect(levelsAt(squashed, row, 6)).toEqual([0, 255, 0]);
	});

	it('keeps its shape when padded, between borders with the colour of its edges', async () => {
		const padded = await decodeImage(await threeParts(RED, GREEN, RED), 12, 12, 'pad');
		// The picture is 12 × 4 of the 12 × 12.
		for (const row of [0, 3, 8, 11])
			for (const column of [0, 6, 11]) expect(levelsAt(padded, row, column)).toEqual([255, 0, 0]);
		for (const row of [4, 7]) {
			expect(levelsAt(padded, row, 6)).toEqual([0, 255, 0]);
			expect(levelsAt(padded, row, 0)).toEqual([255, 0, 0]);
		}
	});

	it('drawn on paper is padded with paper, even if strokes run off its edges', async () => {
		const paper = [250, 244, 230, 255] as const;
		const padded = await decodeImage(await threeParts(paper, BLACK, paper), 12, 12, 'pad');
		expect(levelsAt(padded, 0, 6)).toEqual([250, 244, 230]);
	});

	it('that is a mask is squashed like its picture, and padded as unmasked', async () => {
		const mask = await threeParts(BLACK, WHITE, BLACK);
		expect(middleRow(await decodeMask(mask, 12))).toBe('1'.repeat(12));
		expect(middleRow(await decodeMask(mask, 12, 12, 'squash'))).toBe('000011110000');
		expect(middleColumn(await decodeMask(mask, 12, 12, 'pad'))).toBe('000011110000');
		expect(middleColumn(await decodeMask(await threeParts(WHITE, WHITE, WHITE), 12, 12, 'pad'))).toBe('000011110000');
	});

	it('with a hole has it where the fit moves it, and an opaque border', async () => {
		const picture = await threeParts(RED, NOTHING, RED);
		expect(middleRow(await decodeOpacity(picture, 12, 12, 'squash'))).toBe('111100001111');
		expect(middleColumn(await decodeOpacity(picture, 12, 12, 'pad'))).toBe('111100001111');
	});
});
