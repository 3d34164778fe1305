/** The diffusion sampling loop. Source: Ho et al. 2020, algorithm 2, over any list of timesteps and with any sampler. */
import type { Tensor } from '../tensor/tensor.ts';
import type { EstimateNoise } from './estimate.ts';
import type { NoiseSource } from './noise.ts';
import { legsOf, type SamplingPlan } from './plan.ts';
import { noiseFurther, type Resampling } from './resampling.ts';
import type { Schedule } from './schedule.ts';
import { clipping } from './threshold.ts';
import { assertTimesteps } from './timesteps.ts';

/** A plan and what it takes to walk it; x is at the noise level of the first timestep. */
export interface SampleOptions extends SamplingPlan {
	readonly schedule: Schedule;
	/** The noisy picture to start from, [C, H, W]. */
	readonly x: Tensor;
	readonly estimate: EstimateNoise;
	/** The source of the noise that steps add: one draw of x's shape per step that adds any. */
	readonly source: NoiseSource;
	/** Repeats stretches of the list; absent: straight down. */
	readonly resampling?: Resampling;
	/**
	 * Puts the known part of the picture into x, [C, H, W]. Called after every step with the timestep t whose noise level x
	 * has reached (−1 = clean); the loop continues with its result. Samplers call it before an estimate within a step.
	 */
	readonly constrain?: (x: Tensor, t: number) => Tensor;
	/** Once aborted, the loop throws the signal's reason before and after every network call. */
	readonly signal?: AbortSignal;
}

/** The state after one step. */
export interface SampleState {
	/** Steps done before this one; 0 for the first. */
	readonly i: number;
	/** The timestep at which the step started. */
	readonly t: number;
	/** The picture after the step, [C, H, W]; after the last step this is the result. */
	readonly x: Tensor;
	/** The clean picture that the step was heading for, [C, H, W]. */
	readonly x0: Tensor;
}

/** Denoises x along the timesteps and yields the state after each step. */
export async function* sample(options: SampleOptions): AsyncGenerator<SampleState, void, void> {
	const { timesteps, sampler, eta, source, constrain = (x: Tensor) => x, signal } = options;
	const schedule = options.clips ? clipping(options.schedule) : options.schedule;
	assertTimesteps(timesteps, schedule.alphasCumprod.length);
	const estimate: EstimateNoise = async (x, t) => {
		signal?.throwIfAborted();
		const estimated = await options.estimate(x, t);
		signal?.throwIfAborted();
		return estimated;
	};
	const begin = () => sampler.begin({ schedule, estimate, constrain, source, eta });

	let { x } = options;
	let step = begin();
	for (const [i, { transition, backTo }] of legsOf(options).entries()) {
		const next = await step(x, transition);
		x = constrain(next.x, transition.previous);
		yield { i, t: transition.t, x, x0: next.x0 };
		if (backTo === undefined) continue;
		x = noiseFurther(schedule, x, transition.previous, backTo, source.randn(x.shape));
		step = begin(); // the steps that the sampler remembers did not lead here
	}
}
