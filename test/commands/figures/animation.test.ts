import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { anagramAnimation } from '../../../commands/figures/anagram-animation.ts';
import { animation, easeInOut, type Frame, thereAndBack } from '../../../commands/figures/animation.ts';
import { descent, shownStates } from '../../../commands/figures/descent.ts';
import { hybridAnimation } from '../../../commands/figures/hybrid-animation.ts';
import { blank, pictureFile, type Raster } from '../../../commands/figures/raster.ts';
import { componentReadings, viewReadings } from '../../../gpu/views/index.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { storePicture } from './store-picture.ts';

const about = { filename: 'moves.gif', alt: 'It moves.' };
const read = (bytes: Uint8Array) => sharp(bytes, { pages: -1 }).metadata();
const total = (delay: readonly number[] = []) => delay.reduce((sum, milliseconds) => sum + milliseconds, 0);

/** Frames of noise, which hardly compress. */
function noisyFrames(count: number, side: number): Frame[] {
	let state = 1;
	const byte = () => {
		state = (state * 48271) % 2147483647;
		return state % 256;
	};
	const picture = (): Raster => ({
		pixels: Uint8Array.from({ length: 3 * side * side }, byte),
		width: side,
		height: side,
	});
	return Array.from({ length: count }, (_, i) => ({ picture: picture(), milliseconds: i === 0 ? 1000 : 40 }));
}

describe('animation', () => {
	it('loops its frames, each for its own time, with reproducible bytes', async () => {
		const frames = ['#ff0000', '#00ff00', '#0000ff'].map((colour, i) => ({
			picture: blank(8, 6, colour),
			milliseconds: 100 * (i + 1),
		}));
		const figure = await animation(frames, about);
		expect(figure).toMatchObject({ ...about, type: 'image/gif', width: 8, height: 6 });
		expect(await read(figure.bytes)).toMatchObject({ format: 'gif', pages: 3, loop: 0, delay: [100, 200, 300] });
		const middle = await sharp(figure.bytes, { page: 1 }).removeAlpha().raw().toBuffer();
		expect([...middle.subarray(0, 3)]).toEqual([0, 255, 0]);
		expect(Buffer.compare((await animation(frames, about)).bytes, figure.bytes)).toBe(0);
	});

	it('drops frames, then shrinks them, to stay below a size, without changing its length', async () => {
		const frames = noisyFrames(9, 48);
		const whole = await animation(frames, about);
		const { length } = whole.bytes;
		const thinner = await animation(frames, about, 0.7 * length);
		const smaller = await animation(frames, about, 0.3 * length);
		expect(thinner).toMatchObject({ width: 48 });
		expect(smaller.width).toBeLessThan(48);
		for (const [figure, limit] of [[thinner, 0.7] as const, [smaller, 0.3] as const]) {
			expect(figure.bytes.length).toBeLessThanOrEqual(limit * length);
			const { pages = 0, delay } = await read(figure.bytes);
			expect(pages).toBeLessThan(9);
			expect(total(delay)).toBe(1320);
		}
		await expect(animation(frames, about, 100)).rejects.toThrow('moves.gif');
	});
});

describe('thereAndBack', () => {
	it('pauses at each picture on the way there and back', () => {
		const places: number[] = [];
		const frames = thereAndBack((place) => {
			places.push(place);
			return { pixels: Uint8Array.of(Math.round(place * 100)), width: 1, height: 1 };
		}, 2);
		const held = frames.filter(({ milliseconds }) => milliseconds > 1000);
		expect(held.map(({ picture }) => picture.pixels[0])).toEqual([0, 100, 200, 100]);
		const moving = frames.map(({ picture }) => picture.pixels[0]);
		expect(moving.slice(1)).toEqual(moving.slice(1).toReversed());
		expect(Math.max(...places)).toBe(2);
	});

	it('eases in and out', () => {
		expect([0, 0.5, 1].map(easeInOut)).toEqual([0, 0.5, 1]);
		expect(easeInOut(0.1)).toBeLessThan(0.02);
		expect(easeInOut(0.9)).toBeGreaterThan(0.98);
	});
});

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
		const { pages = 0, height, pageHeight = height, delay = [] } = await read(figure.bytes);
		expect(figure).toMatchObject({ width: SIDE + 48, height: pageHeight });
		const halfway = delay.findIndex((milliseconds, page) => page > 0 && milliseconds > 1000);
		expect(halfway).toBeGreaterThan(pages / 3);
		const [red] = await above(figure.bytes, 0);
		const [, , blue] = await above(figure.bytes, halfway);
		expect(red).toBeGreaterThan(200);
		expect(blue).toBeGreaterThan(80);
		expect(total(delay)).toBeGreaterThan(5000);
	});

	it.each(['triple', 'color', 'motion'] as const)('show how to look at a %s hybrid', async (decomposition) => {
		const prompts = ['a skull', 'a mask', 'waterfalls'].slice(decomposition === 'triple' ? 0 : 1);
		const readings = componentReadings({ prompts, decomposition });
		const figure = await hybridAnimation({ picture: await drawn(), readings, choice: { decomposition }, ...about });
		const { pages = 0 } = await read(figure.bytes);
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
		const { delay = [] } = await read((await descent({ states: await shownStates(blobs, cells), ...about })).bytes);
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
		const { delay = [], pages = 0 } = await read(bytes);
		expect(pages).toBe(100);
		expect(total(delay)).toBeLessThan(7000);
		expect((await above(bytes, pages - 1))[0]).toBeGreaterThan(190);
	});
});
