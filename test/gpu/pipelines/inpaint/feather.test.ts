import { expect, it } from 'vitest';
import { feather } from '../../../../gpu/pipelines/inpaint/feather.ts';
import { tensor } from '../../../../gpu/tensor/tensor.ts';

const SIDE = 9;
/** 1 from the third column on. */
const mask = tensor(
	Float32Array.from({ length: SIDE ** 2 }, (_, i) => (i % SIDE >= 2 ? 1 : 0)),
	[1, SIDE, SIDE],
);

it('fades over its width, inside the redrawn part', () => {
	const soft = feather(mask, 3);
	expect(soft.shape).toEqual(mask.shape);
	for (let row = 0; row < SIDE; row++) {
		const values = [...soft.data.subarray(row * SIDE, (row + 1) * SIDE)];
		expect(values).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1]);
	}
});

it('measures the shortest distance around a corner', () => {
	const corner = tensor(
		Float32Array.from({ length: SIDE ** 2 }, (_, i) => (i === 0 ? 0 : 1)),
		[1, SIDE, SIDE],
	);
	const { data } = feather(corner, 4);
	expect(data[SIDE + 1]).toBeCloseTo(Math.SQRT2 / 5, 6);
	expect(data[3 * SIDE + 4]).toBe(1); // five pixels away
});

it('leaves a mask alone at width 0', () => {
	expect(feather(mask, 0)).toEqual(mask);
});
