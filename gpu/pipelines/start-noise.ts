/** What a picture that is made from scratch starts from. */
import type { NoiseSource } from '../diffusion/noise.ts';
import type { SamplingPlan } from '../diffusion/plan.ts';
import { withMeanOf } from '../diffusion/start-noise.ts';
import type { Denoiser } from '../models/denoiser.ts';
import { map, type Tensor, zeros } from '../tensor/tensor.ts';

/**
 * Noise for the first of the plan's timesteps, [3, S, S].
 *
 * @param likely a picture whose mean colour the noise takes on; absent: the noise keeps its chance mean
 */
export function startNoise(
	{ shape, schedule }: Denoiser,
	source: NoiseSource,
	{ timesteps }: SamplingPlan,
	likely: Tensor | undefined,
): Tensor {
	const noise = source.randn(shape); // [3, S, S]
	return likely ? withMeanOf(likely, noise, schedule, timesteps[0]) : noise;
}

/** A picture of a single grey level, -1..1, in a network's shape. */
export const plain = ({ shape }: Denoiser, level: number): Tensor => map(zeros(shape), () => level);
