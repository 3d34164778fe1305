import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { COURSE_SIGMAS, type DigitSource } from '../../../../gpu/jobs/index.ts';
import { digitDenoise, digitNoise } from '../../../../gpu/pipelines/digits/noise.ts';
import { toyDigit, toyDigitContext } from './toy-digits.ts';

const SOURCES: DigitSource[] = [
	{ from: 'test', digit: 7, nth: 2 },
	{ from: 'image', image: '0'.repeat(64) },
];
const JOB = { model: 'denoiser' as const, seed: 5, sources: SOURCES };

describe('noise on digits', () => {
	it('gives x + sigma ε, with the same ε along a row', async () => {
		const job = { ...JOB, kind: 'digit-noise' as const, sigmas: [...COURSE_SIGMAS] };
		const { images } = await digitNoise(job, toyDigitContext());
		expect(images.map(({ role, seed, sigma }) => [role, seed, sigma])).toEqual(
			[5, 6].flatMap((seed) => [
				['original', seed, undefined],
				...COURSE_SIGMAS.map((sigma) => ['noisy', seed, sigma]),
			]),
		);
		const noise = new TorchGenerator(5).randn([1, 28, 28]).data;
		const x = 2 * (toyDigit(7).data[9] + 0.8 * noise[9]) - 1;
		expect(images[6].pixels.data[9]).toBeCloseTo(x, 5);
		expect(images[1].psnr).toBeUndefined(); // nothing was added
		expect(images[2].psnr!).toBeGreaterThan(images[7].psnr!);
	});

	it('is removed in one step', async () => {
		const context = toyDigitContext();
		const job = { ...JOB, kind: 'digit-denoise' as const, sigmas: [0, 0.2], run: 'denoiser-1' };
		const { images } = await digitDenoise(job, context);
		expect(images.map(({ role, sigma }) => [role, sigma])).toEqual(
			[5, 6].flatMap(() => [
				['original', undefined],
				['noisy', 0],
				['denoised', 0],
				['noisy', 0.2],
				['denoised', 0.2],
			]),
		);
		expect(images[2].pixels).toEqual(images[0].pixels); // the toy network changes nothing in a clean digit
		expect(images[4].psnr!).toBeGreaterThan(images[3].psnr!);
		expect(context.weights).toMatchObject([{ model: 'denoiser', run: 'denoiser-1' }]);
		expect(context.steps.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
	});
});
