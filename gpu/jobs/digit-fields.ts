/** What the jobs over the digit networks are made of, and what a walk of theirs costs. */
import { z } from 'zod';
import { DIGIT_PLAN } from '../diffusion/digit-schedule.ts';
import { countVelocities, type FlowChoice } from '../diffusion/flow/sample.ts';
import { FLOW_SAMPLER_NAMES } from '../diffusion/flow/samplers.ts';
import { countEstimates } from '../diffusion/plan.ts';
import { type DigitModel, isFlow } from './digit-models.ts';
import { guidanceScale } from './sampling.ts';
import { blobRef, seed } from './values.ts';

/** Digits of one job, rows times columns: with guidance and D 64 about five minutes on two cores. */
export const MAX_DIGITS = 100;

/** The noise levels σ of the course's exercise 1.2. */
export const COURSE_SIGMAS = [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1] as const;

/** Noise of twice the range of the values: nothing can be seen any more. */
export const MAX_SIGMA = 2;

/** A sheet of noisy digits has so many columns, and so many rows. */
export const MAX_SIGMAS = 9;
export const MAX_SOURCES = 10;

/** What the course samples with (exercise 2.5). */
export const DIGIT_GUIDANCE = 5;

/** Steps along a flow, where nothing is said: the course leaves their number open. */
export const FLOW_STEPS = 50;
export const MAX_FLOW_STEPS = 1000;

/** What a digit can show; each is also its class for a network. */
export const ALL_DIGITS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

export const digit = z
	.int()
	.min(0)
	.max(ALL_DIGITS.length - 1);

export const digitCount = z.int().min(1).max(MAX_DIGITS);

/** Which weights: those that come with the program, or of a training. */
export const weightsFields = {
	/** Id of a training run; absent: the weights that come with the program. */
	run: z.string().min(1).optional(),
	/** After which epoch of that run; absent: its latest weights. */
	epoch: z.int().min(1).optional(),
};

/** How a flow is followed. */
export const flow = z.object({ sampler: z.enum(FLOW_SAMPLER_NAMES), steps: z.int().min(1).max(MAX_FLOW_STEPS) });

/** Whether the flow is described where there is one, and only there. */
export const fitsModel = (job: { readonly model: DigitModel; readonly flow?: FlowChoice }) =>
	isFlow(job.model) === (job.flow !== undefined);

export const digitSamplingFields = {
	seed,
	/** Classifier-free guidance scale; 1 = none. */
	guidanceScale,
	/** Of a flow; absent: the network is that of a diffusion, which takes all its timesteps. */
	flow: flow.optional(),
	/** Whether states on the way are wanted too, for an animation. */
	frames: z.boolean(),
};

/** Where a digit comes from. */
const source = z.discriminatedUnion('from', [
	/** The digits of MNIST's test set that show `digit`, from 0 on, beginning again after the last. */
	z.object({ from: z.literal('test'), digit, nth: z.int().min(0) }),
	/** A picture of one, drawn or photographed, light on dark or dark on light. */
	z.object({ from: z.literal('image'), image: blobRef }),
]);
export type DigitSource = z.infer<typeof source>;

export const sources = z.array(source).min(1).max(MAX_SOURCES);

export const noisyDigitFields = {
	seed,
	sources,
	sigmas: z.array(z.number().min(0).max(MAX_SIGMA)).min(1).max(MAX_SIGMAS),
};

/** Estimates of the walk that makes one digit, each an evaluation for every branch of its guidance. */
export function digitWalkEstimates({ flow }: { readonly flow?: FlowChoice }): number {
	return flow ? countVelocities(flow) : countEstimates(DIGIT_PLAN);
}
