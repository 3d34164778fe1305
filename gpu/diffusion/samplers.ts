/**
 * The ways from one noisy picture to the next, each named as users name it. Adding a sampler: one entry here, and its
 * name in jobs.ts; the compiler asks for both.
 */
import type { SamplerName } from '../jobs.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { addVariance, estimateX0, posteriorMean, type Transition } from './ddpm.ts';
import type { Estimate } from './estimate.ts';
import type { NoiseSource } from './noise.ts';
import type { Schedule } from './schedule.ts';
import { dynamicThreshold } from './threshold.ts';

export interface Sampler {
	/** The steps along a list of timesteps: one network call each. */
	transitions(timesteps: readonly number[]): readonly Transition[];
	/** The picture after one transition, and the clean picture x0 that it steered for. All [C, H, W]. */
	step(
		schedule: Schedule,
		transition: Transition,
		x: Tensor,
		estimate: Estimate,
		source: NoiseSource,
	): { readonly x: Tensor; readonly x0: Tensor };
}

export const SAMPLERS = {
	/**
	 * The loop that the course's students write: from entry to entry, so the network is not called at the last one and
	 * the result is at the last entry's noise level; x0 is not clipped; every step adds variance.
	 */
	course: {
		transitions: (timesteps) => pairs(timesteps),
		step: (schedule, transition, x, estimate, source) => {
			const x0 = estimateX0(schedule, x, transition.t, estimate.noise);
			const mean = posteriorMean(schedule, transition, x, x0);
			return { x: addVariance(schedule, transition, mean, estimate.variance, source.randn(x.shape)), x0 };
		},
	},
	/** diffusers' DDPMScheduler.step: a call at every entry, x0 thresholded, no noise added at t = 0. */
	ddpm: {
		transitions: (timesteps) => pairs([...timesteps, -1]),
		step: (schedule, transition, x, estimate, source) => {
			const x0 = dynamicThreshold(estimateX0(schedule, x, transition.t, estimate.noise), schedule.thresholding);
			const mean = posteriorMean(schedule, transition, x, x0);
			if (transition.t === 0) return { x: mean, x0 };
			return { x: addVariance(schedule, transition, mean, estimate.variance, source.randn(x.shape)), x0 };
		},
	},
} satisfies Record<SamplerName, Sampler>;

function pairs(timesteps: readonly number[]): readonly Transition[] {
	return timesteps.slice(1).map((previous, i) => ({ t: timesteps[i], previous }));
}
