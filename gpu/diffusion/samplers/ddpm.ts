/** Ancestral sampling. Source: Ho et al. 2020, algorithm 2, in the form of diffusers' DDPMScheduler. */
import { addVariance, posteriorMean } from '../posterior.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/** The network runs at every entry, x0 is thresholded, and no noise is added at t = 0. */
export const ddpm: Sampler = {
	summary: "diffusers' DDPM scheduler, fresh noise of the learned variance in every step",
	landing: 'clean',
	addsNoise: true,
	begin: ({ schedule, estimate, source }) => {
		return async (x, transition) => {
			const { noise, variance } = await estimate(x, transition.t);
			const x0 = thresholdedX0(schedule, x, transition.t, noise); // [C, H, W]
			const mean = posteriorMean(schedule, transition, x, x0); // [C, H, W]
			if (transition.t === 0) return { x: mean, x0 };
			return { x: addVariance(schedule, transition, mean, variance, source.randn(x.shape)), x0 };
		};
	},
};
