/** The diffusion of the course's exercises 2.2 to 2.5, over digits with values in [0, 1]. */
import type { SamplingPlan } from './plan.ts';
import { SAMPLERS } from './samplers/index.ts';
import { alphaCumprodAt, linear, type Schedule } from './schedule.ts';

/** T, the timesteps of the course; a network is told t/T. */
export const DIGIT_TIMESTEPS = 300;

/**
 * β from 1e-4 to 0.02. At t = T − 1 there is still signal, so pure noise, where sampling begins, is slightly off what the
 * networks saw; kept because it is what the course computes.
 */
export const DIGIT_SCHEDULE: Schedule = { alphasCumprod: linear(DIGIT_TIMESTEPS, 1e-4, 0.02) };

/** The share of its amplitude that the signal has at t = T − 1: 22 %. */
export const DIGIT_SIGNAL_LEFT = Math.sqrt(alphaCumprodAt(DIGIT_SCHEDULE, DIGIT_TIMESTEPS - 1));

/** How digits are sampled: all of T, as the course takes no shortcut. */
export const DIGIT_PLAN: SamplingPlan = {
	sampler: SAMPLERS.ddpm,
	eta: 0,
	timesteps: Array.from({ length: DIGIT_TIMESTEPS }, (_, i) => DIGIT_TIMESTEPS - 1 - i),
};
