/** Denoising pure noise. */
import { expect, test } from 'vitest';
import { digitMean } from '../../../../gpu/pipelines/digits/mean.ts';
import { map, type Tensor } from '../../../../gpu/tensor/tensor.ts';
import { toyDigit, toyDigitContext } from './toy-digits.ts';

test('returns denoised pure noise and the mean of all digits, with the distance between them', async () => {
	const clean = async (x: Tensor) => map(x, () => 0.6); // the toy mean is 0.5
	const context = toyDigitContext({ openOneStep: async () => ({ clean }) });
	const { images, notes } = await digitMean({ kind: 'digit-mean', model: 'denoiser', seed: 5, count: 2 }, context);
	expect(images.map(({ role, seed }) => [role, seed])).toEqual([
		['mean', 5],
		['noisy', 5],
		['denoised', 5],
		['noisy', 6],
		['denoised', 6],
	]);
	expect(images[0].pixels.data[0]).toBeCloseTo(2 * toyDigit().data[0] - 1, 6);
	expect(images[1].pixels).not.toEqual(images[3].pixels);
	expect(images[4].distance).toBeCloseTo(0.1, 6);
	expect(notes).toEqual(['The training digits themselves are 0.250 away from their mean (root mean square).']);
	expect(context.steps.map(({ done, total }) => [done, total])).toEqual([
		[1, 2],
		[2, 2],
	]);
});
