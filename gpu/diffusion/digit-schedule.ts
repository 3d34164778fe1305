/** The diffusion of the course's exercises 2.2 to 2.5, over digits with values in [0, 1]. */
import type { SamplingPlan } from './plan.ts';
import { SAMPLERS } from './samplers/index.ts';
import { alphaCumprodAt, linear, type Schedule } from './schedule.ts';

/** T, the number of timesteps in the course; a network receives t/T. */
export const DIGIT_TIMESTEPS = 300;

/**
 * β from 1e-4 to 0.02. Some signal is left at t = T − 1, so the pure noise that sampling starts from differs slightly from
 * what the networks saw in training. Kept because it is what the course computes.
 */
export const DIGIT_SCHEDULE: Schedule = { alphasCumprod: linear(DIGIT_TIMESTEPS, 1e-4, 0.02) };

/** The share of the signal's amplitude that is left at t = T − 1: 22 %. */
export const DIGIT_SIGNAL_LEFT = Math.sqrt(alphaCumprodAt(DIGIT_SCHEDULE, DIGIT_TIMESTEPS - 1));

/** How digits are sampled: through all T timesteps, as in the course. */
export const DIGIT_PLAN: SamplingPlan = {
	sampler: SAMPLERS.ddpm,
	eta: 0,
	timesteps: Array.from({ length: DIGIT_TIMESTEPS }, (_, i) => DIGIT_TIMESTEPS - 1 - i),
};
