import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { animation, easeInOut, type Frame, thereAndBack } from '../../../commands/figures/animation.ts';
import { blank, type Raster } from '../../../commands/figures/raster.ts';
import { about, framesOf, lengthOf } from './gif.ts';

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
		expect(await framesOf(figure.bytes)).toMatchObject({ format: 'gif', pages: 3, loop: 0, delay: [100, 200, 300] });
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
			const { pages = 0, delay } = await framesOf(figure.bytes);
			expect(pages).toBeLessThan(9);
			expect(lengthOf(delay)).toBe(1320);
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
