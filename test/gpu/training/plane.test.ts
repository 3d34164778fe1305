import { describe, expect, it, test } from 'vitest';
import { TOY_SHAPES, type ToyShape } from '../../../gpu/jobs/index.ts';
import { drawShape, SHAPE_DEVIATION } from '../../../gpu/training/plane/shapes.ts';
import { trainPlane } from '../../../gpu/training/plane/train.ts';

describe('the shapes', () => {
	it.each(TOY_SHAPES)('%s has mean 0 and the common deviation, and is reproducible from its seed', (shape) => {
		const { data, shape: size } = drawShape(shape, 20_000, 1);
		expect(size).toEqual([20_000, 2]);
		const mean = (power: number, axis: number) =>
			data.reduce((sum, value, i) => sum + (i % 2 === axis ? value ** power : 0), 0) / 20_000;
		for (const axis of [0, 1]) expect(Math.abs(mean(1, axis))).toBeLessThan(0.05);
		expect(Math.sqrt((mean(2, 0) + mean(2, 1)) / 2)).toBeCloseTo(SHAPE_DEVIATION, 1);
		expect(drawShape(shape, 20_000, 1).data).toEqual(data);
		expect(drawShape(shape, 20_000, 2).data).not.toEqual(data);
	});

	/** Points as [x, y]. */
	const pairs = (shape: ToyShape) => {
		const { data } = drawShape(shape, 2000, 5);
		return Array.from({ length: 2000 }, (_, i) => [data[2 * i], data[2 * i + 1]]);
	};

	test('the checkerboard leaves every other square empty', () => {
		const side = (SHAPE_DEVIATION * 4) / (2 / Math.sqrt(3)) / 4;
		const squares = pairs('checkerboard').map((point) => point.map((value) => Math.floor(value / side)));
		expect(squares.every(([column, row]) => (column + row) % 2 === 0)).toBe(true);
		expect(new Set(squares.map(String)).size).toBe(8);
	});

	test('there are two circles with equally many points, one with half the radius of the other', () => {
		const radii = pairs('circles').map(([x, y]) => Math.hypot(x, y));
		const [outer, inner] = [radii.filter((radius) => radius > 2.7), radii.filter((radius) => radius <= 2.7)];
		const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
		expect(mean(outer) / mean(inner)).toBeCloseTo(2, 1);
		expect(Math.abs(outer.length - inner.length)).toBeLessThan(200);
		expect(radii.every((radius) => Math.abs(radius - mean(radius > 2.7 ? outer : inner)) < 0.6)).toBe(true);
	});
});

describe('the training', () => {
	const options = { method: 'flow', shape: 'moons', seed: 3, device: { provider: 'cpu' } } as const;

	test('is reproducible from its seed, and an abort ends it within a step', async () => {
		const train = (seed: number) =>
			trainPlane({ ...options, steps: 5, seed, signal: new AbortController().signal, onStep: async () => {} });
		const first = await train(3);
		expect(first['out.weight']).toHaveLength(2 * 64);
		expect(await train(3)).toEqual(first);
		expect((await train(4))['out.weight']).not.toEqual(first['out.weight']);

		const stop = new AbortController();
		let steps = 0;
		const onStep = async () => {
			if (++steps === 3) stop.abort(new Error('that is enough'));
		};
		await expect(trainPlane({ ...options, steps: 100, signal: stop.signal, onStep })).rejects.toThrow('that is enough');
		expect(steps).toBe(3);
	});
});
