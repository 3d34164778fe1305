/** Stage II after stage I in one job: the job's options for it, and how it samples. */
import { z } from 'zod';
import { guidanceScale, MAX_TIMESTEP, walkCost } from './sampling.ts';

/** Samples as /upscale does by default: ddpm along the course's timesteps. */
export const UPSCALING = { sampler: 'ddpm' } as const;

export const upscalerField = z.object({
	/** Name of a stage II model directory. */
	model: z.string().min(1),
	guidanceScale,
	/** As in a job of the kind `upscale`. */
	noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
});

export type Upscaler = z.infer<typeof upscalerField>;

/** Evaluations of one picture under one prompt. */
export const upscalingCost = ({ guidanceScale }: Upscaler): number => walkCost({ ...UPSCALING, guidanceScale });
