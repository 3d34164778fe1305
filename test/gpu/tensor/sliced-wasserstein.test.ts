import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { slicedWasserstein } from '../../../gpu/tensor/sliced-wasserstein.ts';
import { map, tensor } from '../../../gpu/tensor/tensor.ts';

const points = new TorchGenerator(3).randn([200, 2]);

test('the distance of shifted points is the mean of the shift over all directions', () => {
	const moved = map(points, (value, i) => value + [0.3, -0.4][i % 2]);
	// The shift is 0.5 long, and the mean of |cos| over half a turn is 2/π.
	expect(slicedWasserstein(points, moved)).toBeCloseTo((0.5 * 2) / Math.PI, 3);
	expect(slicedWasserstein(moved, points)).toBe(slicedWasserstein(points, moved));
});

test('the order of the points does not matter', () => {
	const turned = tensor(
		Float32Array.from({ length: 400 }, (_, i) => points.data[398 - 2 * Math.floor(i / 2) + (i % 2)]),
		[200, 2],
	);
	expect(slicedWasserstein(points, turned)).toBe(0);
});

test('both sets must have the same number of points', () => {
	expect(() => slicedWasserstein(points, tensor(new Float32Array(6), [3, 2]))).toThrow(
		/slicedWasserstein: shapes differ/,
	);
});
