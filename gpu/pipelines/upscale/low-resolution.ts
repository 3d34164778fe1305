/** The small picture as stage II sees it. Source: Ho et al. 2021, "Cascaded Diffusion Models", section 4.2. */
import type { NoiseSource } from '../../diffusion/noise.ts';
import { addNoise } from '../../diffusion/schedule.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import { resizeBilinear } from '../../tensor/resize.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Stage I's pictures have a side of 64 pixels, stage II's of 256. */
export const ENLARGEMENT = 4;

/**
 * The small picture enlarged, and noised so that the network fixes stage I's mistakes instead of trusting them. The published
 * models noise it by the schedule that they sample with.
 *
 * @param small [3, S/4, S/4]
 * @returns [3, S, S]
 */
export function lowResolutionOf(
	small: Tensor,
	noiseLevel: number,
	{ shape, schedule }: Denoiser,
	source: NoiseSource,
): Tensor {
	const enlarged = resizeBilinear(small, shape[1]); // [3, S, S]
	return addNoise(schedule, enlarged, noiseLevel, source.randn(shape));
}
