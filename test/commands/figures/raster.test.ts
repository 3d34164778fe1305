import { describe, expect, it } from 'vitest';
import { blank, blend, enlarge, lay, readRaster, shrink } from '../../../commands/figures/raster.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { storePicture } from './store-picture.ts';

/** One red byte per pixel stands for the whole colour. */
const reds = ({ pixels }: { pixels: Uint8Array }) => [...pixels].filter((_, i) => i % 3 === 0);
const row = (...values: number[]) => ({
	pixels: Uint8Array.from(values.flatMap((value) => [value, 0, 0])),
	width: values.length,
	height: 1,
});

describe('readRaster', () => {
	it('returns the stored pixels, or the view of them, clamped', async () => {
		const blobs = memoryBlobs();
		const image = await storePicture(blobs, 2, (x, y) => [100 * x, 50 * y, 255]);
		expect([...(await readRaster(blobs, image)).pixels]).toEqual([0, 0, 255, 100, 0, 255, 0, 50, 255, 100, 50, 255]);
		const doubled = await readRaster(blobs, image, (x) => ({ ...x, data: x.data.map((value) => 2 * (value + 1) - 1) }));
		expect([...doubled.pixels]).toEqual([0, 0, 255, 200, 0, 255, 0, 100, 255, 200, 100, 255]);
	});
});

describe('rasters', () => {
	it('can be filled with one colour', () =>
		expect([...blank(1, 2, '#0a10ff').pixels]).toEqual([10, 16, 255, 10, 16, 255]));

	it('are enlarged by repeating pixels', () => {
		const large = enlarge(row(1, 2), 2);
		expect(large).toMatchObject({ width: 4, height: 2 });
		expect(reds(large)).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
	});

	it('shrink to means, by any factor', () => {
		expect(reds(shrink(row(0, 100, 200, 100), 2))).toEqual([50, 150]);
		expect(reds(shrink(row(0, 90, 180), 2))).toEqual([30, 150]);
		expect(reds(shrink(enlarge(row(7, 70), 3), 2))).toEqual([7, 70]);
	});

	it('blend', () => expect(reds(blend(row(0, 100), row(100, 0), 0.25))).toEqual([25, 75]));

	it.each([
		[1, [9, 1, 2, 9]],
		[3, [9, 9, 9, 1]],
		[-1, [2, 9, 9, 9]],
		[7, [9, 9, 9, 9]],
		[-7, [9, 9, 9, 9]],
	])('are pasted at %i', (left, expected) => {
		expect(reds(lay(row(9, 9, 9, 9), row(1, 2), left, 0))).toEqual(expected);
		expect(reds(lay(row(9, 9, 9, 9), row(1, 2), left, 1))).toEqual([9, 9, 9, 9]);
	});
});
