/** Adds noise to a picture and removes it again, by several methods. */
import * as z from 'zod';
import { planSampling } from '../../diffusion/plan.ts';
import { COURSE_TIMESTEPS } from '../../diffusion/timesteps.ts';
import { defineKind } from '../kind.ts';
import { branchesAt, levels, MAX_STEPS, prompt, samplingFields, walkCost } from '../sampling.ts';
import { blobRef, fit } from '../values.ts';

/** Ways to denoise a picture; `compare` shows the other three side by side. */
export const DENOISE_METHODS = ['compare', 'blur', 'one-step', 'iterative'] as const;
export type DenoiseMethod = (typeof DENOISE_METHODS)[number];

/** The timestep of the course's start 10; other lists are entered at the first timestep that is not noisier. */
export const ENTRY_TIMESTEP = COURSE_TIMESTEPS[10];

/** Limits of the Gaussian blur, in pixels of the model's picture: less does nothing, more leaves nothing of a small picture. */
export const BLUR_LIMITS = { sigma: { min: 0.1, max: 32 }, kernel: { min: 1, max: 255 } } as const;

export const denoise = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('denoise'),
		...samplingFields,
		prompt,
		/** The picture, of any size. It is noised first, so the noise is known. */
		image: blobRef,
		fit,
		method: z.enum(DENOISE_METHODS),
		/** The timesteps to which blur and one-step noise it. */
		levels,
		/**
		 * Index into the timestep list at which compare and iterative enter the noised picture (the course's i_start); absent:
		 * the first at or below ENTRY_TIMESTEP.
		 */
		start: z.int().min(0).max(MAX_STEPS).optional(),
		/** Width of the Gaussian blur, in pixels of the model's picture; absent: wide enough for sigma. */
		kernel: z
			.int()
			.min(BLUR_LIMITS.kernel.min)
			.max(BLUR_LIMITS.kernel.max)
			.refine((kernel) => kernel % 2 === 1)
			.optional(),
		/** Standard deviation of the Gaussian blur, in the same pixels; absent: the best of a few, for each picture. */
		sigma: z.number().min(BLUR_LIMITS.sigma.min).max(BLUR_LIMITS.sigma.max).optional(),
		/** Which states of the descent to return: about every fifth, or all of them. */
		states: z.enum(['strip', 'all']),
	}),
	cost: (job) => {
		const { iterative, 'one-step': oneStep } = methodsOf(job);
		const { timesteps } = planSampling(job);
		const start = denoiseStart(job, timesteps);
		const levels = iterative ? [timesteps[start]] : job.levels;
		const inOneStep = levels.reduce((sum, t) => sum + branchesAt(job, t), 0);
		return (iterative ? walkCost(job, { start }) : 0) + (oneStep ? inOneStep : 0);
	},
});

/** Which methods a job uses. */
export function methodsOf({ method }: { readonly method: DenoiseMethod }) {
	const uses = (one: DenoiseMethod) => method === one || method === 'compare';
	return { blur: uses('blur'), 'one-step': uses('one-step'), iterative: uses('iterative') };
}

/** The index at which a job enters its timesteps. */
export function denoiseStart({ start }: { readonly start?: number }, timesteps: readonly number[]): number {
	return start ?? timesteps.findIndex((t) => t <= ENTRY_TIMESTEP);
}
