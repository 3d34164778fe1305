/** The fields that jobs over the digit networks share, and what their walks cost. */
import * as z from 'zod';
import { DIGIT_PLAN } from '../diffusion/digit-schedule.ts';
import { countVelocities, type FlowChoice } from '../diffusion/flow/sample.ts';
import { FLOW_SAMPLER_NAMES } from '../diffusion/flow/samplers.ts';
import { countEstimates } from '../diffusion/plan.ts';
import { type DigitModel, isFlow } from './digit-models.ts';
import { guidanceScale } from './sampling.ts';
import { blobRef, seed } from './values.ts';

/** Most digits in one job, rows times columns: with guidance and D = 64 about five minutes on two cores. */
export const MAX_DIGITS = 100;

/** The noise levels σ of the course's exercise 1.2. */
export const COURSE_SIGMAS = [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1] as const;

/** Noise of twice the range of the values, under which nothing is visible. */
export const MAX_SIGMA = 2;

/** Most columns and rows on a sheet of noisy digits. */
export const MAX_SIGMAS = 9;
export const MAX_SOURCES = 10;

/** The guidance scale that the course samples with (exercise 2.5). */
export const DIGIT_GUIDANCE = 5;

/** The default number of steps along a flow; the course leaves it open. */
export const FLOW_STEPS = 50;
export const MAX_FLOW_STEPS = 1000;

/** The digits; each is also its own class for a network. */
export const ALL_DIGITS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

export const digit = z
	.int()
	.min(0)
	.max(ALL_DIGITS.length - 1);

export const digitCount = z.int().min(1).max(MAX_DIGITS);

/** Which weights to use: those that ship with the program, or those of a training run. */
export const weightsFields = {
	/** Id of a training run; absent: the weights that ship with the program. */
	run: z.string().min(1).optional(),
	/** The epoch of that run after which to take the weights; absent: its latest weights. */
	epoch: z.int().min(1).optional(),
};

/** How to follow a flow. */
export const flow = z.object({ sampler: z.enum(FLOW_SAMPLER_NAMES), steps: z.int().min(1).max(MAX_FLOW_STEPS) });

/** Whether `flow` is given exactly when the model is a flow. */
export const fitsModel = (job: { readonly model: DigitModel; readonly flow?: FlowChoice }) =>
	isFlow(job.model) === (job.flow !== undefined);

export const digitSamplingFields = {
	seed,
	/** Classifier-free guidance scale; 1 = none. */
	guidanceScale,
	/** How to follow the flow; absent: the network is a diffusion's, sampled through all its timesteps. */
	flow: flow.optional(),
	/** Whether to return the intermediate states too, for an animation. */
	frames: z.boolean(),
};

/** Where a digit comes from. */
const source = z.discriminatedUnion('from', [
	/** Number `nth` of MNIST's test digits that show `digit`, counted from 0 and wrapping around after the last. */
	z.object({ from: z.literal('test'), digit, nth: z.int().min(0) }),
	/** A picture of a digit, drawn or photographed, light on dark or dark on light. */
	z.object({ from: z.literal('image'), image: blobRef }),
]);
export type DigitSource = z.infer<typeof source>;

export const sources = z.array(source).min(1).max(MAX_SOURCES);

export const noisyDigitFields = {
	seed,
	sources,
	sigmas: z.array(z.number().min(0).max(MAX_SIGMA)).min(1).max(MAX_SIGMAS),
};

/** How many estimates the walk of one digit takes; each is one evaluation per branch of the guidance. */
export function digitWalkEstimates({ flow }: { readonly flow?: FlowChoice }): number {
	return flow ? countVelocities(flow) : countEstimates(DIGIT_PLAN);
}
