import { describe, expect, it } from 'vitest';
import { addNoise, alphaCumprodAt, linear, squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import { assertSameShape, tensor } from '../../../gpu/tensor/tensor.ts';
import { golden, maxDifference, unpack } from './golden.ts';

describe('schedules', () => {
	it('squaredcosCapV2 equals diffusers’, bit for bit', () => {
		expect(squaredcosCapV2(1000)).toEqual(unpack(golden.schedules[0].alphasCumprod).data);
	});

	it('linear agrees with diffusers', () => {
		const expected = unpack(golden.schedules[1].alphasCumprod);
		expect(maxDifference(tensor(linear(1000, 0.0001, 0.02), [1000]), expected)).toBeLessThan(1e-6);
	});

	it('adds noise like diffusers', () => {
		const schedule = { alphasCumprod: squaredcosCapV2(1000) };
		for (const { t, clean, trueNoise, x } of golden.steps) {
			const noisy = addNoise(schedule, unpack(clean), t, unpack(trueNoise));
			assertSameShape(noisy, unpack(x), 'test');
			expect(maxDifference(noisy, unpack(x))).toBeLessThan(1e-6);
		}
	});

	it('treats -1 as the clean picture, and refuses timesteps outside the schedule', () => {
		const schedule = { alphasCumprod: squaredcosCapV2(1000) };
		expect(alphaCumprodAt(schedule, -1)).toBe(1);
		expect(() => alphaCumprodAt(schedule, 1000)).toThrow('timestep 1000 is outside of the schedule');
		expect(() => alphaCumprodAt(schedule, -2)).toThrow('timestep -2 is outside of the schedule');
	});
});
