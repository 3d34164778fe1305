/** Stage II beside stage I in one job: what such a job says of it, and how it samples. */
import { z } from 'zod';
import { guidanceScale, MAX_TIMESTEP, walkCost } from './sampling.ts';

/** Samples as /upscale does where nothing is said: ddpm along the course's timesteps. */
export const UPSCALING = { sampler: 'ddpm' } as const;

export const upscalerField = z.object({
	/** Name of a model directory of stage II. */
	model: z.string().min(1),
	guidanceScale,
	/** As of a job of the kind upscale. */
	noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
});

export type Upscaler = z.infer<typeof upscalerField>;

/** Evaluations of one picture under one prompt. */
export const upscalingCost = ({ guidanceScale }: Upscaler): number => walkCost({ ...UPSCALING, guidanceScale });
