import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { gaussianBlur, gaussianKernel } from '../../../gpu/tensor/blur.ts';
import { zeros } from '../../../gpu/tensor/tensor.ts';
import { maxDifference, type Packed, unpack } from '../diffusion/golden.ts';

/** From test/fixtures/tensor/make.py. */
const golden: { seed: number; kernel: number; sigma: number; result: Packed }[] = JSON.parse(
	readFileSync(new URL('../../fixtures/tensor/blur.json', import.meta.url), 'utf8'),
);

describe('gaussianBlur', () => {
	it.each(golden)("agrees with torchvision's (kernel $kernel, sigma $sigma)", ({ seed, kernel, sigma, result }) => {
		const expected = unpack(result);
		const x = new TorchGenerator(seed).randn(expected.shape);
		const blurred = gaussianBlur(x, kernel, sigma);
		expect(blurred.shape).toEqual(expected.shape);
		expect(maxDifference(blurred, expected)).toBeLessThan(1e-6);
		if (kernel > 1) expect(maxDifference(x, expected)).toBeGreaterThan(0.5);
	});

	it('rejects a kernel larger than reflection padding allows, and anything but a picture', () => {
		expect(() => gaussianBlur(zeros([3, 8, 8]), 17, 2)).toThrow('a kernel of 17 is too wide for shape [3,8,8]');
		expect(() => gaussianBlur(zeros([8, 8]), 3, 2)).toThrow(RangeError);
	});
});

describe('gaussianKernel', () => {
	it('is symmetric, follows the Gaussian and sums to 1', () => {
		const weights = gaussianKernel(33, 2);
		expect(weights).toHaveLength(33);
		expect(weights.toReversed()).toEqual(weights);
		expect(weights[17] / weights[16]).toBeCloseTo(Math.exp(-1 / 8), 6);
		expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
	});

	it('requires an odd size and a positive sigma', () => {
		for (const size of [4, 0, -3, 2.5]) expect(() => gaussianKernel(size, 1)).toThrow('odd whole number');
		for (const sigma of [0, -1, Number.NaN]) expect(() => gaussianKernel(3, sigma)).toThrow('greater than 0');
	});
});
