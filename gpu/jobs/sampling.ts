/** The fields of every job that samples a picture, and what its walks cost. */
import * as z from 'zod';
import { type Guidance, guidesAt } from '../diffusion/guidance.ts';
import { asksOf, assertStart, planFrom, planSampling, type SamplingChoice } from '../diffusion/plan.ts';
import type { Resampling } from '../diffusion/resampling.ts';
import { SAMPLER_NAMES } from '../diffusion/samplers/index.ts';
import { TRAINED_TIMESTEPS } from '../diffusion/schedule.ts';
import { TIMESTEP_TABLE_NAMES } from '../diffusion/timestep-tables.ts';
import { blobRef, seed } from './values.ts';

/** No sampler can take more steps than there are timesteps to stop at. */
export const MAX_STEPS = TRAINED_TIMESTEPS;

/** The last timestep of the training schedule, the noisiest. */
export const MAX_TIMESTEP = TRAINED_TIMESTEPS - 1;

/** Larger scales only oversaturate the colours. */
export const MAX_GUIDANCE = 100;

/** The course's prompt for "no idea"; a missing or empty prompt means this. */
export const DEFAULT_PROMPT = 'a high quality photo';

/** Most pictures that a job makes side by side: what a sheet of three by three shows. */
export const MAX_PICTURES = 9;

/** Most files of embeddings that a job may bring along. */
export const MAX_EMBEDDING_FILES = 8;

const timestep = z.int().min(0).max(MAX_TIMESTEP);

/** See `SamplingChoice`. */
export const strength = z.number().min(0).max(1);

export const guidanceScale = z.number().min(0).max(MAX_GUIDANCE);

/** The fields of a job that samples. */
export const samplingFields = {
	/** Name of a model directory, as listed by JobRunner.models(). */
	model: z.string().min(1),
	/** Seeds the noise. Picture i of a `count` uses seed + i (mod 2^32); all starts of an edit use the seed itself. */
	seed,
	/** Steps along the list of timesteps; absent: as `timesteps` says. */
	steps: z.int().min(1).max(MAX_STEPS).optional(),
	/** A named list, only without `steps`; absent: the course's 990, 960, …, 0. */
	timesteps: z.enum(TIMESTEP_TABLE_NAMES).optional(),
	/** Classifier-free guidance scale; 1 = no guidance. */
	guidanceScale,
	/** The lowest and the highest timestep with guidance, both included; absent: all timesteps. */
	guidanceRange: z.tuple([timestep, timestep]).optional(),
	/** The prompt of the unconditional branch; "" is the course's. */
	negativePrompt: z.string(),
	sampler: z.enum(SAMPLER_NAMES),
	/** The share of fresh noise in every step, only with samplers that accept it; absent: 0. */
	eta: z.number().min(0).max(1).optional(),
	/** Files of prompt embeddings; their prompts need no text encoder. The first file with a prompt wins. */
	embeddings: z.array(blobRef).min(1).max(MAX_EMBEDDING_FILES).optional(),
};

/** A descending list of timesteps. */
export const timesteps = z
	.array(timestep)
	.min(2)
	.max(MAX_STEPS)
	.refine((list) => list.every((t, i) => i === 0 || t < list[i - 1]), 'must descend');

/** How the model's makers sample it, instead of `steps` and `timesteps`; absent: those two decide. */
export const recipe = z
	.object({
		timesteps,
		clips: z.boolean(),
		/** For each prompt the mean grey level of its pictures, -1..1, which the noise is shifted to; absent: left to chance. */
		startColours: z.array(z.number().min(-1).max(1)).min(1).optional(),
	})
	.optional();

export const prompt = z.string().min(1);

export const count = z.int().min(1).max(MAX_PICTURES);

/** Timesteps to which a picture is noised, one noisy picture for each. */
export const levels = z.array(timestep).min(1).max(MAX_PICTURES);

/** Evaluations of one estimate that is guided at every timestep. */
export const branches = ({ guidanceScale }: Pick<Guidance, 'guidanceScale'>): 1 | 2 => (guidanceScale === 1 ? 1 : 2);

/** Evaluations of one estimate at timestep t: with the prompt, and also without it where there is guidance. */
export const branchesAt = (guidance: Guidance, t: number): 1 | 2 => (guidesAt(guidance, t) ? 2 : 1);

/** Evaluations of one walk under one prompt. Throws a UserError as `planSampling` and `assertStart` do. */
export function walkCost(
	job: SamplingChoice & Guidance,
	{ start = 0, resampling }: { readonly start?: number; readonly resampling?: Resampling } = {},
): number {
	const plan = planSampling(job);
	assertStart(start, plan);
	const asked = asksOf({ ...planFrom(plan, start), resampling });
	return asked.reduce((sum, t) => sum + branchesAt(job, t), 0);
}
