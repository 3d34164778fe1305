import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { distanceToZero } from '../../../gpu/tensor/distance.ts';
import { map, tensor } from '../../../gpu/tensor/tensor.ts';

test.each([
	[1, 1, -9],
	[7, 12, -1],
	[12, 7, -2],
	[30, 31, -2.9],
	[1, 20, -1],
	[20, 1, -1],
])('the distance of every pixel of %i x %i to the nearest 0 matches brute force', (height, width, below) => {
	const noise = new TorchGenerator(3).randn([1, height, width]);
	const lowest = Math.min(...noise.data);
	const mask = map(noise, (value) => (value < below || value === lowest ? 0 : 1));
	const zeros = [...mask.data.keys()].filter((i) => mask.data[i] === 0);
	const tried = mask.data.map((_, i) => {
		const to = (j: number) => Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width));
		return Math.min(...zeros.map(to));
	});
	const found = distanceToZero(mask);
	expect(found.shape).toEqual([1, height, width]);
	for (const [i, distance] of found.data.entries()) expect(distance).toBeCloseTo(tried[i], 5);
});

test('the distance is fast to compute if the nearest 0 is far away', () => {
	const side = 1000;
	const corner = tensor(
		Float32Array.from({ length: side ** 2 }, (_, i) => (i === 0 ? 0 : 1)),
		[1, side, side],
	);
	const begun = performance.now();
	expect(distanceToZero(corner).data[side ** 2 - 1]).toBeCloseTo(999 * Math.SQRT2, 3);
	expect(performance.now() - begun).toBeLessThan(5000);
});
