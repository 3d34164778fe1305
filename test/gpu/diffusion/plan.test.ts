import { describe, expect, it } from 'vitest';
import { countSteps, planSampling } from '../../../gpu/diffusion/plan.ts';

describe('a walk with a strength', () => {
	/** The first of the timesteps that diffusers' get_timesteps leaves, and how many those are. */
	it.each([
		[10, 1, 900, 10],
		[10, 0.7, 600, 7],
		[10, 0.69, 500, 6],
		[100, 0.29, 270, 28], // 100 * 0.29 is below 29 in floating point
		[50, 0.8, 780, 40],
	])('is the last part of %d steps at %d', (steps, strength, first, left) => {
		const { timesteps } = planSampling({ sampler: 'ddpm', steps, strength });
		expect([timesteps[0], timesteps.length]).toEqual([first, left]);
		expect(timesteps.at(-1)).toBe(0);
	});

	it.each(['ddpm', 'course', 'dpmpp-2m'] as const)('has a step left at 0 (%s)', (sampler) => {
		expect(countSteps(planSampling({ sampler, steps: 10, strength: 0 }))).toBe(1);
	});

	it('is unchanged without one', () => {
		expect(planSampling({ sampler: 'course' })).toEqual(planSampling({ sampler: 'course', strength: 1 }));
	});
});
