import { describe, expect, it } from 'vitest';
import { dynamicThreshold, quantile } from '../../../gpu/diffusion/threshold.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';
import { golden, maxDifference, unpack } from './golden.ts';

describe('dynamicThreshold', () => {
	it.each(golden.quantiles)('agrees with diffusers for maxValue $maxValue', ({ x0, ratio, maxValue, result }) => {
		const actual = dynamicThreshold(unpack(x0), { ratio, maxValue });
		expect(maxDifference(actual, unpack(result))).toBeLessThan(1e-6);
		expect(actual.data.every((value) => Math.abs(value) <= 1)).toBe(true);
	});

	it('leaves pictures alone within [-1, 1] or without a rule', () => {
		const picture = tensor(Float32Array.of(-1, 0.25, 0.5, 1), [1, 2, 2]);
		expect(dynamicThreshold(picture, { ratio: 0.95, maxValue: 1.5 })).toEqual(picture);
		const loud = tensor(Float32Array.of(-9, 3), [1, 1, 2]);
		expect(dynamicThreshold(loud, undefined)).toBe(loud);
	});
});

describe('quantile', () => {
	it('interpolates linearly between neighbours', () => {
		const values = Float32Array.of(4, 1, 3, 2);
		expect(quantile(values, 0)).toBe(1);
		expect(quantile(values, 0.5)).toBe(2.5);
		expect(quantile(values, 0.75)).toBe(3.25);
		expect(quantile(values, 1)).toBe(4);
		expect([...values]).toEqual([4, 1, 3, 2]);
	});
});
