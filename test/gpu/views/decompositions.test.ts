import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { UserError } from '../../../gpu/errors.ts';
import { gaussianBlur } from '../../../gpu/tensor/blur.ts';
import { combine, map, sum, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';
import { scaleKernel, scaleLength } from '../../../gpu/views/decompositions/component.ts';
import { DECOMPOSITION_NAMES, DECOMPOSITIONS, decompose, filterOf } from '../../../gpu/views/index.ts';
import { maxDifference } from '../diffusion/golden.ts';

/** The sides of digits, stage I and stage II. */
const SIZES = [28, 64, 256];

const split = (decomposition: string, size: number, x: Tensor, filter = {}) =>
	decompose({ decomposition, ...filter }, size).map((component) => component(x));

/** The largest magnitude. */
const most = (x: Tensor) =>
	maxDifference(
		x,
		map(x, () => 0),
	);

describe.each(DECOMPOSITION_NAMES)('the decomposition %s', (name) => {
	it.each(SIZES)('has components that sum to the picture at %d', (size) => {
		// Blurs treat all channels alike, and are slow at 256.
		const x = new TorchGenerator(size).randn([name === 'color' ? 3 : 1, size, size]);
		const before = x.data.slice();
		const parts = split(name, size, x);
		expect(parts).toHaveLength(DECOMPOSITIONS[name].components.length);
		expect(maxDifference(sum(parts), x)).toBeLessThan(1e-5);
		for (const part of parts) {
			expect(part.shape).toEqual(x.shape);
			expect(most(part)).toBeGreaterThan(0.1);
			expect(maxDifference(part, x)).toBeGreaterThan(0.1);
		}
		expect(maxDifference(tensor(before, x.shape), x)).toBe(0);
	});

	it('is linear', () => {
		const generator = new TorchGenerator(2);
		const [x, y] = [generator.randn([3, 28, 28]), generator.randn([3, 28, 28])];
		const parts = split(name, 28, combine(2, x, -3, y));
		split(name, 28, x).forEach((part, i) => {
			expect(maxDifference(combine(2, part, -3, split(name, 28, y)[i]), parts[i])).toBeLessThan(1e-5);
		});
	});
});

describe('frequency', () => {
	it('is the course’s blur at 64, and the rest', () => {
		const x = new TorchGenerator(1).randn([3, 64, 64]);
		const [low, high] = split('frequency', 64, x);
		expect(low).toEqual(gaussianBlur(x, 33, 2));
		expect(high).toEqual(combine(1, x, -1, low));
	});

	it('has the same cutoff at 256 as at 64', () => {
		// A wave of 32 pixels at 256 is one of 8 at 64, so equally much of it passes.
		const wave = (size: number) =>
			tensor(
				Float32Array.from({ length: size * size }, (_, i) => Math.cos((2 * Math.PI * 8 * (i % size)) / size)),
				[1, size, size],
			);
		const passed = (size: number) => {
			const [low] = split('frequency', size, wave(size));
			return low.data[(size / 2) * size + size / 2];
		};
		expect(passed(256)).toBeCloseTo(passed(64), 2);
		expect(passed(64)).toBeCloseTo(Math.exp(-((2 * 2 * Math.PI) ** 2) / 8 ** 2 / 2), 3);
	});

	it('uses the given sigma and kernel', () => {
		const x = new TorchGenerator(1).randn([3, 64, 64]);
		expect(split('frequency', 64, x, { sigma: 3, kernel: 21 })[0]).toEqual(gaussianBlur(x, 21, 3));
	});
});

describe('triple', () => {
	it('applies two blurs, the first with half the sigma', () => {
		const x = new TorchGenerator(1).randn([3, 64, 64]);
		const first = gaussianBlur(x, 25, 1);
		const [low, mid, high] = split('triple', 64, x);
		expect(low).toEqual(gaussianBlur(first, 25, 2));
		expect(mid).toEqual(combine(1, first, -1, low));
		expect(high).toEqual(combine(1, x, -1, first));
	});
});

describe('color', () => {
	it('separates the mean of the channels from the rest, idempotently', () => {
		const x = tensor(Float32Array.of(1, 0, 0.5, -1, 0, 1), [3, 1, 2]);
		const [grey, color] = split('color', 2, x);
		expect([...grey.data]).toEqual([0.5, 0, 0.5, 0, 0.5, 0]);
		expect([...color.data]).toEqual([0.5, 0, 0, -1, -0.5, 1]);
		expect(most(split('color', 2, grey)[1])).toBe(0);
		expect(most(split('color', 2, color)[0])).toBe(0);
	});
});

describe('motion', () => {
	it('smears along the falling diagonal, 7 pixels at 64 and 29 at 256', () => {
		for (const [size, taps] of [
			[64, 7],
			[256, 29],
		]) {
			const dot = new Float32Array(size * size);
			const middle = (size / 2) * (size + 1);
			dot[middle] = taps;
			const [motion] = split('motion', size, tensor(dot, [1, size, size]));
			const line = new Float32Array(size * size);
			const reach = (taps - 1) / 2;
			for (let step = -reach; step <= reach; step++) line[middle + step * (size + 1)] = 1;
			expect(maxDifference(motion, tensor(line, motion.shape))).toBeLessThan(1e-6);
		}
	});

	it('pads with 0 beyond the border', () => {
		const [motion] = split('motion', 64, tensor(new Float32Array(64 * 64).fill(7), [1, 64, 64]));
		expect(motion.data[0]).toBe(4); // four of seven taps: the middle one and three ahead
		expect(motion.data[32 * 64 + 32]).toBe(7);
	});
});

describe('filters', () => {
	it('scale with the picture, kernels to the nearest odd width', () => {
		expect([28, 64, 256].map((size) => scaleKernel(33, size))).toEqual([15, 33, 133]);
		expect([28, 64, 256].map((size) => scaleKernel(7, size))).toEqual([3, 7, 29]);
		expect([28, 64, 256].map((size) => scaleLength(2, size))).toEqual([0.875, 2, 8]);
	});

	it.each(SIZES)('can be as wide as their limits at %d', (size) => {
		const x = new TorchGenerator(1).randn([1, size, size]);
		const [low] = decompose({ decomposition: 'frequency', sigma: 16, kernel: 127 }, size);
		expect(most(low(x))).toBeLessThan(0.3);
	});

	it('can be so narrow that they change nothing', () => {
		const x = new TorchGenerator(1).randn([1, 64, 64]);
		expect(maxDifference(split('frequency', 64, x, { sigma: 0.1, kernel: 3 })[0], x)).toBeLessThan(1e-5);
	});

	it('have the defaults of their decomposition', () => {
		expect(filterOf({ decomposition: 'frequency' })).toEqual({ sigma: 2, kernel: 33 });
		expect(filterOf({ decomposition: 'triple', kernel: 31 })).toEqual({ sigma: 2, kernel: 31 });
		expect(filterOf({ decomposition: 'motion' })).toEqual({ kernel: 7 });
		expect(filterOf({ decomposition: 'color' })).toEqual({});
	});

	it.each([
		[{ decomposition: 'frequency', kernel: 32 }, 'kernel must be an odd whole number from 3 to 127, so that'],
		[{ decomposition: 'frequency', kernel: 1 }, 'kernel must be an odd whole number from 3 to 127'],
		[{ decomposition: 'motion', kernel: 129 }, 'kernel must be an odd whole number from 3 to 127'],
		[{ decomposition: 'frequency', sigma: 0 }, 'sigma must be a number from 0.1 to 16, not 0.'],
		[{ decomposition: 'triple', sigma: 17 }, 'sigma must be a number from 0.1 to 16, not 17.'],
		[{ decomposition: 'frequency', sigma: Number.NaN }, 'sigma must be a number'],
		[{ decomposition: 'motion', sigma: 2 }, 'A hybrid of the kind motion has no sigma; leave it out.'],
		[{ decomposition: 'color', kernel: 33 }, 'A hybrid of the kind color has no kernel; leave it out.'],
		[
			{ decomposition: 'wavelet' },
			'There is no kind of hybrid "wavelet"; the kinds are: frequency, triple, color, motion.',
		],
		[{ decomposition: 'toString' }, 'There is no kind of hybrid "toString"'],
	])('%j is rejected in one sentence', (choice, sentence) => {
		expect(() => decompose(choice, 64)).toThrow(UserError);
		expect(() => decompose(choice, 64)).toThrow(sentence);
	});
});
