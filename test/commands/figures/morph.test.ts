import { describe, expect, it } from 'vitest';
import { morph } from '../../../commands/figures/morph.ts';
import { enlarge, type Raster, readRaster } from '../../../commands/figures/raster.ts';
import { VIEW_NAMES, VIEWS, type ViewName } from '../../../gpu/views/index.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { storePicture } from './store-picture.ts';

const SIZE = 64;
const FACTOR = 2;

/** A picture whose colours change smoothly. */
const slopes = (x: number, y: number) => [4 * x, 4 * y, 2 * (x + y)];

/** The mean absolute difference, in steps of 255. */
function difference(a: Raster, b: Raster): number {
	expect([a.width, a.height]).toEqual([b.width, b.height]);
	return a.pixels.reduce((sum, value, i) => sum + Math.abs(value - b.pixels[i]), 0) / a.pixels.length;
}

describe.each(VIEW_NAMES)('the morph to %s', (name: ViewName) => {
	const { animation } = VIEWS[name];
	const view = VIEWS[name].create(SIZE);

	async function way() {
		const blobs = memoryBlobs();
		const image = await storePicture(blobs, SIZE, slopes);
		const upright = await readRaster(blobs, image);
		const seen = await readRaster(blobs, image, view.apply);
		return { at: morph(upright, seen, view, animation, FACTOR), upright, seen };
	}

	it('starts upright and ends without a jump at what the view shows', async () => {
		const { at, upright, seen } = await way();
		expect(difference(at(0), enlarge(upright, FACTOR))).toBe(0);
		expect(difference(at(1), enlarge(seen, FACTOR))).toBe(0);
		expect(difference(at(1e-6), at(0))).toBeLessThan(1);
		// The rim of the disc consists of whole pixels in the view, but is smooth on the way.
		expect(difference(at(1 - 1e-6), at(1))).toBeLessThan(1);
	});

	it('differs from both ends in the middle', async () => {
		const { at } = await way();
		const middle = at(0.5);
		expect(difference(middle, at(0))).toBeGreaterThan(5);
		expect(difference(middle, at(1))).toBeGreaterThan(5);
	});
});
