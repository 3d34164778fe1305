/** How close one picture is to another, in decibels. */
import { levelOf } from './levels.ts';
import { assertSameShape, type Tensor } from './tensor.ts';

/** The largest possible difference between two PNG levels. */
const PEAK = 255;

/**
 * The peak signal-to-noise ratio, in decibels, between two pictures in [-1, 1] as people see them: clamped and rounded to the
 * 256 levels of a PNG. Infinity if all levels agree.
 */
export function psnr(picture: Tensor, original: Tensor): number {
	assertSameShape(picture, original, 'psnr');
	const levels = Uint8ClampedArray.from(picture.data, levelOf);
	const expected = Uint8ClampedArray.from(original.data, levelOf);
	const squares = levels.reduce((sum, level, i) => sum + (level - expected[i]) ** 2, 0);
	return 10 * Math.log10((PEAK ** 2 * levels.length) / squares);
}
