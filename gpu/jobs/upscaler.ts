/** Stage II after stage I in one job: the job's options for it, and how it samples. */
import { z } from 'zod';
import type { SamplingChoice } from '../diffusion/plan.ts';
import { TIMESTEP_TABLE_NAMES } from '../diffusion/timestep-tables.ts';
import { guidanceScale, MAX_STEPS, MAX_TIMESTEP, walkCost } from './sampling.ts';

export const upscalerField = z.object({
	/** Name of a stage II model directory. */
	model: z.string().min(1),
	guidanceScale,
	/** As in a job of the kind `upscale`. */
	noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
	/** Absent: as `timesteps` says. */
	steps: z.int().min(1).max(MAX_STEPS).optional(),
	/** A named list, only without `steps`; absent: the course's. */
	timesteps: z.enum(TIMESTEP_TABLE_NAMES).optional(),
});

export type Upscaler = z.infer<typeof upscalerField>;

/** Samples with the sampler that /upscale uses by default. */
export const upscalingChoice = ({ steps, timesteps }: Pick<Upscaler, 'steps' | 'timesteps'>): SamplingChoice => ({
	sampler: 'ddpm',
	...(steps !== undefined && { steps }),
	...(timesteps && { timesteps }),
});

/**
 * Evaluations of the upscaler, if there is one.
 *
 * @param pictures how many it enlarges
 * @param readings how many prompts each of them has
 */
export function upscalingCost(upscaler: Upscaler | undefined, pictures: number, readings = 1): number {
	if (!upscaler) return 0;
	const { guidanceScale } = upscaler;
	return pictures * readings * walkCost({ ...upscalingChoice(upscaler), guidanceScale });
}
