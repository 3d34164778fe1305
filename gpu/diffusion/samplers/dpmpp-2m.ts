/**
 * Second order at one call a step: what the network says of the clean picture is continued from the last step's in a straight
 * line over λ. Source: Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
 * algorithm 2 (2M), in the form of diffusers' DPMSolverMultistepScheduler.
 */
import { combine, type Tensor } from '../../tensor/tensor.ts';
import { clippedLevelAt, type Level } from '../levels.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/**
 * The network is asked at every entry but the last, x0 is thresholded, and no noise is added, so what the network learned of
 * the variance has no part. The first step has no other before it and is of first order (DDIM's). So is the step to the clean
 * picture, as λ has no end there: its limit is x0. It is made from the last entry but one, as in diffusers' lists: at t = 0,
 * several of the usual steps further in λ, the line would overshoot.
 */
export const dpmpp2m: Sampler = {
	summary: 'DPM-Solver++ (2M) of diffusers, no fresh noise, straight lines through two steps',
	landing: 'leap',
	begin: ({ schedule, estimate }) => {
		let last: { readonly level: Level; readonly x0: Tensor } | undefined;
		return async (x, transition) => {
			const level = clippedLevelAt(schedule, transition.t);
			const next = clippedLevelAt(schedule, transition.previous);
			const { noise } = await estimate(x, level.t);
			const x0 = thresholdedX0(schedule, x, level.t, noise); // [C, H, W]
			if (next.t === -1) return { x: x0, x0 };

			const h = next.lambda - level.lambda;
			const share = last ? h / (2 * (level.lambda - last.level.lambda)) : 0; // 1 / (2 r)
			const D = last ? combine(1 + share, x0, -share, last.x0) : x0; // [C, H, W]
			if (h > 0) last = { level, x0 }; // between two levels beyond the clip there is no way to go on from
			return { x: combine(next.sigma / level.sigma, x, -next.alpha * Math.expm1(-h), D), x0 };
		};
	},
};
