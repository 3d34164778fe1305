import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { middlePart } from '../../../gpu/tensor/cubic.ts';
import { decodeImage } from '../../../gpu/tensor/image.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';
import { maxDifference, type Packed, unpack } from '../diffusion/golden.ts';

/** From test/fixtures/tensor/make.py. */
const golden: { seed: number; shape: number[]; result: Packed }[] = JSON.parse(
	readFileSync(new URL('../../fixtures/tensor/squares.json', import.meta.url), 'utf8'),
);

test.each(golden)('agrees with Pillow: $shape', ({ seed, shape, result }) => {
	const expected = unpack(result);
	const square = middlePart(new TorchGenerator(seed).randn(shape), expected.shape[1]);
	expect(square.shape).toEqual(expected.shape);
	expect(maxDifference(square, expected)).toBeLessThan(2e-6);
});

test('crops the middle to the proportions of the result', () => {
	const columns = tensor(
		Float32Array.from({ length: 4 * 10 }, (_, i) => i % 10),
		[1, 4, 10],
	);
	// The 1:2 middle of 10 x 4 is 2 x 4. One pixel by two of it is the mean of 4 and 5, as their neighbours cancel out.
	const part = middlePart(columns, 1, 2);
	expect(part.shape).toEqual([1, 2, 1]);
	for (const value of part.data) expect(value).toBeCloseTo(4.5, 6);
	// The whole picture if the proportions are equal.
	const half = middlePart(columns, 5, 2);
	expect(half.shape).toEqual([1, 2, 5]);
	expect(half.data[2]).toBeCloseTo(4.5, 6); // at the border the kernel is cut off
	expect(middlePart(columns, 10, 4)).toBe(columns);
});

const SIZES = [8, 9, 12, 16, 21, 28, 32, 40, 48, 63, 64, 65, 80, 100, 127, 200, 333, 512, 1000, 2000];

test.each(SIZES)('a picture with a side of %i pixels is not shifted', async (side) => {
	const middle = side / 2;
	const spot = Uint8Array.from({ length: side * side }, (_, i) => {
		const [x, y] = [(i % side) + 0.5 - middle, Math.floor(i / side) + 0.5 - middle];
		return Math.round(255 * Math.exp(-(x * x + y * y) / (2 * (side / 8) ** 2)));
	});
	const png = await sharp(spot, { raw: { width: side, height: side, channels: 1 } })
		.png()
		.toBuffer();
	const { data } = await decodeImage(png, 64);
	let [weight, right, down] = [0, 0, 0];
	for (let i = 0; i < 64 * 64; i++) {
		const light = (data[i] + 1) / 2;
		weight += light;
		right += light * ((i % 64) + 0.5 - 32);
		down += light * (Math.floor(i / 64) + 0.5 - 32);
	}
	expect(Math.abs(right / weight)).toBeLessThan(0.15);
	expect(Math.abs(down / weight)).toBeLessThan(0.15);
});
