/** Entering a list of timesteps with a picture. Source: Meng et al. 2022 (SDEdit). */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { countSteps, type SampleOptions } from '../diffusion/sample.ts';
import { addNoise } from '../diffusion/schedule.ts';
import { UserError } from '../errors.ts';
import type { SamplerName } from '../jobs.ts';
import type { Denoiser } from '../models/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Throws a UserError unless there is a step from index `start` of the timesteps on. */
export function assertStart(start: number, sampler: SamplerName, timesteps: readonly number[]): void {
	const lastStart = countSteps(sampler, timesteps) - 1;
	if (start > lastStart)
		throw new UserError(`The start ${start} is too late: with these steps it can be 0 to ${lastStart}.`);
}

/**
 * The loop from index `start` of the timesteps on, whose x is `picture` ([3, S, S]) noised to that timestep. Every start
 * draws the same noise from the seed, so that a sweep shows what the start does and one start alone gives its picture.
 */
export function enterWith(
	picture: Tensor,
	start: number,
	job: { readonly sampler: SamplerName; readonly seed: number },
	timesteps: readonly number[],
	{ schedule, shape }: Denoiser,
	estimate: EstimateNoise,
): SampleOptions {
	const source = new TorchGenerator(job.seed);
	const x = addNoise(schedule, picture, timesteps[start], source.randn(shape)); // [3, S, S]
	return { schedule, timesteps: timesteps.slice(start), sampler: job.sampler, x, estimate, source };
}
