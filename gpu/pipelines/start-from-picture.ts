/** Enters a list of timesteps with a picture. Source: Meng et al. 2022 (SDEdit). */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { planFrom, type SamplingPlan } from '../diffusion/plan.ts';
import type { SampleOptions } from '../diffusion/sample.ts';
import { addNoise } from '../diffusion/schedule.ts';
import type { Denoiser } from '../models/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The loop from index `start` of the timesteps, with x being `picture` ([3, S, S]) noised to that timestep. Every start draws
 * the same noise from the seed, so that a sweep shows the effect of the start, and a start on its own gives the same picture.
 */
export function startFromPicture(
	picture: Tensor,
	start: number,
	seed: number,
	plan: SamplingPlan,
	{ schedule, shape }: Denoiser,
	estimate: EstimateNoise,
): SampleOptions {
	const source = new TorchGenerator(seed);
	const x = addNoise(schedule, picture, plan.timesteps[start], source.randn(shape)); // [3, S, S]
	return { ...planFrom(plan, start), schedule, x, estimate, source };
}
