/** The loop that students write in the course. Source: Ho et al. 2020, algorithm 2, as the assignment states it. */
import { addVariance, posteriorMean } from '../posterior.ts';
import { impliedX0 } from '../schedule.ts';
import type { Sampler } from './sampler.ts';

/**
 * Steps from entry to entry, so the network does not run at the last one and the result is at the last entry's noise level.
 * x0 is not clipped. Every step adds variance, including the last.
 */
export const course: Sampler = {
	summary: "the course's own loop, which clips nothing",
	landing: 'last',
	addsNoise: true,
	begin: ({ schedule, estimate, source }) => {
		return async (x, transition) => {
			const { noise, variance } = await estimate(x, transition.t);
			const x0 = impliedX0(schedule, x, transition.t, noise); // [C, H, W]
			const mean = posteriorMean(schedule, transition, x, x0); // [C, H, W]
			return { x: addVariance(schedule, transition, mean, variance, source.randn(x.shape)), x0 };
		};
	},
};
