/**
 * Euler's method to below the step's noise level, then fresh noise back up to it.
 * Source: Song et al. 2021, "Score-Based Generative Modeling through Stochastic Differential Equations", appendix F
 * (ancestral sampling when noise is only added), in the form of k-diffusion and diffusers' EulerAncestralDiscreteScheduler.
 */
import { combine } from '../../tensor/tensor.ts';
import { levelAt } from '../levels.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/**
 * Works on y = x/α, whose noise level is s = σ/α. The network runs at every entry, x0 is thresholded, and no noise is added in
 * the step to the clean picture. The learned variance is not used: this is a DDPM step with the posterior's variance instead.
 */
export const eulerAncestral: Sampler = {
	summary: "diffusers' ancestral Euler scheduler, fresh noise in every step but no learned variance",
	landing: 'clean',
	addsNoise: true,
	begin: ({ schedule, estimate, source }) => {
		return async (x, transition) => {
			const { noise } = await estimate(x, transition.t);
			const x0 = thresholdedX0(schedule, x, transition.t, noise); // [C, H, W]
			if (transition.previous === -1) return { x: x0, x0 }; // which is y + (0 − s) slope

			const { alpha, sigma, ratio: s } = levelAt(schedule, transition.t);
			const { alpha: nextAlpha, ratio: next } = levelAt(schedule, transition.previous);
			const up = (next * Math.sqrt(s ** 2 - next ** 2)) / s;
			const down = Math.sqrt(next ** 2 - up ** 2);
			const slope = combine(1 / sigma, x, -1 / s, x0); // dy/ds = (y − x0) / s
			const stepped = combine(nextAlpha / alpha, x, nextAlpha * (down - s), slope); // α' (y + (down − s) slope)
			return { x: combine(1, stepped, nextAlpha * up, source.randn(x.shape)), x0 };
		};
	},
};
