/**
 * Sampling with any amount of fresh noise, none by default: a seed then takes the same path in few steps or many.
 * Source: Song, Meng & Ermon 2020, "Denoising Diffusion Implicit Models", eq. 12 and 16, in the form of diffusers'
 * DDIMScheduler.
 */
import { combine } from '../../tensor/tensor.ts';
import { posteriorVariance } from '../posterior.ts';
import { alphaCumprodAt } from '../schedule.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/**
 * The network runs at every entry and x0 is thresholded; the direction to x_t uses the noise as it was estimated. The
 * learned variance is not used.
 */
export const ddim: Sampler = {
	summary: "diffusers' DDIM scheduler, no fresh noise unless eta asks for it",
	landing: 'clean',
	takesEta: true,
	begin: ({ schedule, estimate, source, eta }) => {
		return async (x, transition) => {
			const { noise } = await estimate(x, transition.t);
			const x0 = thresholdedX0(schedule, x, transition.t, noise); // [C, H, W]
			const alphaCumprodPrevious = alphaCumprodAt(schedule, transition.previous);
			const sigma = eta * Math.sqrt(posteriorVariance(schedule, transition)); // eta 1 is as much as DDPM adds
			const towardsNoise = Math.sqrt(1 - alphaCumprodPrevious - sigma ** 2);
			const next = combine(Math.sqrt(alphaCumprodPrevious), x0, towardsNoise, noise); // [C, H, W]
			return { x: sigma > 0 ? combine(1, next, sigma, source.randn(x.shape)) : next, x0 };
		};
	},
};
