/**
 * Second order with one call per step: extrapolates the network's clean picture linearly in λ from this step's and the last.
 * Source: Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
 * algorithm 2 (2M), in the form of diffusers' DPMSolverMultistepScheduler.
 */
import { combine, type Tensor } from '../../tensor/tensor.ts';
import { clippedLevelAt, type Level } from '../levels.ts';
import { thresholdedX0 } from '../threshold.ts';
import type { Sampler } from './sampler.ts';

/**
 * The network runs at every entry but the last, x0 is thresholded, and no noise is added, so the learned variance is not
 * used. The first step has none before it and is of first order (DDIM's). So is the step to the clean picture, where λ is
 * infinite; its limit is x0. It starts from the last entry but one, as in diffusers' lists: t = 0 is several of the usual
 * steps away in λ, and the line would overshoot.
 */
export const dpmpp2m: Sampler = {
	summary: "diffusers' DPM-Solver++ (2M), no fresh noise, straight lines through two steps",
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
			if (h > 0) last = { level, x0 }; // two levels beyond the clip are the same one and give no direction
			return { x: combine(next.sigma / level.sigma, x, -next.alpha * Math.expm1(-h), D), x0 };
		};
	},
};
