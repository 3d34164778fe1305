/** Stage II after stage I in one job: the job's options for it, and how it samples. */
import * as z from 'zod';
import type { SamplingChoice } from '../diffusion/plan.ts';
import { TIMESTEP_TABLE_NAMES } from '../diffusion/timestep-tables.ts';
import { guidanceScale, MAX_STEPS, MAX_TIMESTEP, strength, walkCost } from './sampling.ts';

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

/** For a job with a picture, from which stage II may start too. */
export const redrawingUpscalerField = upscalerField.extend({
	/** The share of stage II's walk that the original takes, enlarged and noised; absent: all of it, from noise. */
	strength: strength.optional(),
});

export type Upscaler = z.infer<typeof redrawingUpscalerField>;

/** Samples with the sampler that /upscale uses by default. */
export const upscalingChoice = ({
	steps,
	timesteps,
	strength,
}: Pick<Upscaler, 'steps' | 'timesteps' | 'strength'>): SamplingChoice => ({
	sampler: 'ddpm',
	...(steps !== undefined && { steps }),
	...(timesteps && { timesteps }),
	...(strength !== undefined && { strength }),
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
