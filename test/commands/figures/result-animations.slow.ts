/** The animations that results can be turned into. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { anagramAnimation } from '../../../commands/figures/anagram-animation.ts';
import { descent, shownStates } from '../../../commands/figures/descent.ts';
import { hybridAnimation } from '../../../commands/figures/hybrid-animation.ts';
import { pictureFile } from '../../../commands/figures/raster.ts';
import { componentReadings, viewReadings } from '../../../gpu/views/index.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { about, framesOf, lengthOf } from './gif.ts';
import { storePicture } from './store-picture.ts';

describe('animations of results', () => {
	const SIDE = 162;
	const blobs = memoryBlobs();
	/** Of the smallest size that is not enlarged for the stage, so that frames have a quarter of the usual pixels. */
	const drawn = async () =>
		pictureFile(
			blobs,
			await storePicture(blobs, SIDE, (x, y) => (y < SIDE / 2 ? [250, 1.5 * x, 40] : [20, 40, 1.5 * x])),
		);

	/** The colour in the middle of the upper half of the stage in a frame, or of another row. */
	async function above(bytes: Uint8Array, page: number, top = 65): Promise<number[]> {
		const frame = sharp(bytes, { page }).removeAlpha();
		return [...(await frame.extract({ left: 105, top, width: 1, height: 1 }).raw().toBuffer())];
	}

	it('turn an anagram over and back', async () => {
		const readings = viewReadings({ prompts: ['an old man', 'a campfire'], views: ['flip'] });
		const figure = await anagramAnimation({ picture: await drawn(), readings, ...about });
		const { pages = 0, height, pageHeight = height, delay = [] } = await framesOf(figure.bytes);
		expect(figure).toMatchObject({ width: SIDE + 48, height: pageHeight });
		const halfway = delay.findIndex((milliseconds, page) => page > 0 && milliseconds > 1000);
		expect(halfway).toBeGreaterThan(pages / 3);
		const [red] = await above(figure.bytes, 0);
		const [, , blue] = await above(figure.bytes, halfway);
		expect(red).toBeGreaterThan(200);
		expect(blue).toBeGreaterThan(80);
		expect(lengthOf(delay)).toBeGreaterThan(5000);
	});

	it.each(['triple', 'color', 'motion'] as const)('show how to look at a %s hybrid', async (decomposition) => {
		const prompts = ['a skull', 'a mask', 'waterfalls'].slice(decomposition === 'triple' ? 0 : 1);
		const readings = componentReadings({ prompts, decomposition });
		const figure = await hybridAnimation({ picture: await drawn(), readings, choice: { decomposition }, ...about });
		const { pages = 0 } = await framesOf(figure.bytes);
		expect(pages).toBeGreaterThan(20);
		const edge = 24 + SIDE / 2 - 1;
		const [start, middle] = await Promise.all(
			[0, Math.floor(pages / 2)].map((page) => above(figure.bytes, page, edge)),
		);
		expect(middle).not.toEqual(start);
		expect(figure.bytes.length).toBeLessThan(8 * 2 ** 20);
	});

	it('descend from noise, and hold the last picture longest', async () => {
		const cells = await Promise.all(
			[990, 660, 330, 0].map(async (t) => ({
				image: await storePicture(blobs, 64, () => [t / 4, 0, 0]),
				caption: `t = ${t}`,
			})),
		);
		const { delay = [] } = await framesOf((await descent({ states: await shownStates(blobs, cells), ...about })).bytes);
		expect(delay).toHaveLength(4);
		expect(delay.at(-1)).toBe(Math.max(...delay));
	});

	it('take no longer for many steps than for a few, and reach the end', async () => {
		const column = (lit: number) => storePicture(blobs, SIDE, (x) => [0, Math.floor(x / 20) === lit ? 255 : 0, 0]);
		const columns = await Promise.all([0, 1, 2, 3, 4].map(column));
		const end = await storePicture(blobs, SIDE, () => [250, 0, 0]);
		const cells = Array.from({ length: 200 }, (_, i) => ({
			image: i === 199 ? end : columns[i % columns.length],
			caption: 'on the way',
		}));
		const { bytes } = await descent({ states: await shownStates(blobs, cells), ...about });
		const { delay = [], pages = 0 } = await framesOf(bytes);
		expect(pages).toBe(100);
		expect(lengthOf(delay)).toBeLessThan(7000);
		expect((await above(bytes, pages - 1))[0]).toBeGreaterThan(190);
	});
});
