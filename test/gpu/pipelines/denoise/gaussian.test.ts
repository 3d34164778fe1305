import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { blurred } from '../../../../gpu/pipelines/denoise/gaussian.ts';
import { gaussianBlur } from '../../../../gpu/tensor/blur.ts';
import { psnr } from '../../../../gpu/tensor/psnr.ts';
import { combine, map, zeros } from '../../../../gpu/tensor/tensor.ts';

const SIDE = 32;
const SHAPE = [3, SIDE, SIDE];

/** Smooth waves, four across the picture. */
const waves = map(zeros(SHAPE), (_, i) => 0.7 * Math.sin(((i % SIDE) * 8 * Math.PI) / SIDE));

const withNoise = (amount: number) => ({
	pixels: combine(1, waves, amount, new TorchGenerator(3).randn(SHAPE)),
	seed: 3,
	role: 'noisy',
	t: 250,
});

describe('blurred', () => {
	it('uses the given kernel and sigma', () => {
		const noisy = withNoise(0.3);
		const made = blurred(noisy, waves, { sigma: 1.7, kernel: 7 });
		expect(made.pixels).toEqual(gaussianBlur(noisy.pixels, 7, 1.7));
		expect(made).toMatchObject({ role: 'blurred', seed: 3, t: 250, blur: { sigma: 1.7, kernel: 7 } });
		expect(made.psnr).toBe(psnr(made.pixels, waves));
	});

	it('makes the kernel wide enough for its sigma, up to the picture’s width', () => {
		expect(blurred(withNoise(0.3), waves, { sigma: 2 }).blur.kernel).toBe(13);
		expect(blurred(withNoise(0.3), waves, { sigma: 30 }).blur.kernel).toBe(2 * SIDE - 1);
	});

	it('finds the sigma that gets closest to the original, larger for more noise', () => {
		const [little, much] = [0.1, 0.8].map((amount) => blurred(withNoise(amount), waves, {}));
		expect(much.blur.sigma).toBeGreaterThan(little.blur.sigma);
		expect(much.psnr).toBeGreaterThan(psnr(withNoise(0.8).pixels, waves) + 3);
		for (const sigma of [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]) {
			expect(blurred(withNoise(0.8), waves, { sigma }).psnr).toBeLessThanOrEqual(much.psnr!);
		}
	});

	it('searches sigma with the given kernel', () => {
		expect(blurred(withNoise(0.8), waves, { kernel: 3 }).blur.kernel).toBe(3);
	});
});
