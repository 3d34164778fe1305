/**
 * Heun's method: a step along the slope at its start, retaken along the mean of that slope and the slope at its end.
 * Source: Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models", algorithm 1, in the form
 * of diffusers' HeunDiscreteScheduler.
 */
import { combine, mean, type Tensor } from '../../tensor/tensor.ts';
import { clippedLevelAt, type Level } from '../levels.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/**
 * Works on y = x/α, whose noise level is s = σ/α. The network runs at both ends of a step, but not at the clean picture. x0 is
 * thresholded, and no noise is added, so the learned variance is not used.
 */
export const heun: Sampler = {
	summary: "diffusers' Heun scheduler, no fresh noise, two calls in every step but the last",
	landing: 'clean',
	asksAt: ({ t, previous }) => (previous === -1 ? [t] : [t, previous]),
	begin: ({ schedule, estimate, constrain }) => {
		const slopeAt = async (x: Tensor, { t, sigma, ratio }: Level) => {
			const { noise } = await estimate(x, t);
			const x0 = thresholdedX0(schedule, x, t, noise); // [C, H, W]
			return { x0, slope: combine(1 / sigma, x, -1 / ratio, x0) }; // dy/ds = (y − x0) / s
		};
		return async (x, transition) => {
			const level = clippedLevelAt(schedule, transition.t);
			const next = clippedLevelAt(schedule, transition.previous);
			const { x0, slope } = await slopeAt(x, level);
			if (next.t === -1) return { x: x0, x0 }; // which is y + (0 − s) slope

			const ds = next.ratio - level.ratio;
			const along = (slope: Tensor) => combine(next.alpha / level.alpha, x, next.alpha * ds, slope); // α' (y + ds slope)
			const there = await slopeAt(constrain(along(slope), next.t), next);
			return { x: along(mean([slope, there.slope])), x0 };
		};
	},
};
