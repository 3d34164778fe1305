import { describe, expect, it } from 'vitest';
import { psnr } from '../../../gpu/tensor/psnr.ts';
import { map, tensor, zeros } from '../../../gpu/tensor/tensor.ts';

const black = map(zeros([3, 2, 2]), () => -1);

describe('psnr', () => {
	it('is 10 log10(peak² / mean square error), over the levels of a PNG', () => {
		const white = map(black, () => 1);
		expect(psnr(white, black)).toBeCloseTo(0, 10);
		const tenLevels = map(black, (value, i) => value + (i % 2 ? 20 / 255 : 0)); // half of the levels are off by 10
		expect(psnr(tenLevels, black)).toBeCloseTo(10 * Math.log10(255 ** 2 / 50), 10);
	});

	it('clamps and rounds values as people see them', () => {
		expect(
			psnr(
				map(black, () => -7),
				black,
			),
		).toBe(Number.POSITIVE_INFINITY);
		expect(
			psnr(
				map(black, () => -1 + 0.9 / 255),
				black,
			),
		).toBe(Number.POSITIVE_INFINITY); // 0.45 levels
		expect(
			psnr(
				map(black, () => -1 + 1.1 / 255),
				black,
			),
		).toBeCloseTo(20 * Math.log10(255), 10); // one level
	});

	it('is symmetric, and rejects pictures of different shapes', () => {
		const other = tensor(
			Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
			[3, 2, 2],
		);
		expect(psnr(other, black)).toBe(psnr(black, other));
		expect(() => psnr(zeros([3, 4, 1]), black)).toThrow('psnr: shapes differ');
	});
});
