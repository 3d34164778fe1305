/** The schemas of the jobs over the digit networks; gpu/jobs.ts puts them beside the others. */
import { z } from 'zod';
import { DIGIT_MODELS } from './training.ts';
import { blobRef, seed } from './values.ts';

/** Digits of one job, rows times columns: with guidance and D 64 about five minutes on two cores. */
export const MAX_DIGITS = 100;

/** The noise levels σ of the course's exercise 1.2. */
export const COURSE_SIGMAS = [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1] as const;

/** Noise of twice the range of the values: nothing can be seen any more. */
export const MAX_SIGMA = 2;

/** What the course samples with (exercise 2.5). */
export const DIGIT_GUIDANCE = 5;

const digit = z.int().min(0).max(9);

/** Which weights: those that come with the program, or of a training. */
const weights = {
	/** Id of a training run; absent: the weights that come with the program. */
	run: z.string().min(1).optional(),
	/** After which epoch of that run; absent: its latest weights. */
	epoch: z.int().min(1).optional(),
};

const sampling = {
	seed,
	/** Classifier-free guidance scale; 1 = none. */
	guidanceScale: z.number().min(0).max(100),
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

const sources = z.array(source).min(1).max(10);
const sigmas = z.array(z.number().min(0).max(MAX_SIGMA)).min(1).max(9);

/** Kinds of the jobs below. */
export const DIGIT_JOB_KINDS = ['digits', 'digit-anagram', 'digit-noise', 'digit-denoise'] as const;
export type DigitJobKind = (typeof DIGIT_JOB_KINDS)[number];

export const digitJobs = [
	z
		.object({
			kind: z.literal('digits'),
			model: z.enum(DIGIT_MODELS).exclude(['denoiser']),
			...weights,
			...sampling,
			/** One row, left to right; the network `time` is not told and takes only how many there are. */
			digits: z.array(digit).min(1).max(MAX_DIGITS),
			/** Rows. Picture i, counted along the rows, has seed + i. */
			count: z.int().min(1).max(MAX_DIGITS),
		})
		.refine(({ digits, count }) => digits.length * count <= MAX_DIGITS, { path: ['count'] }),
	z.object({
		kind: z.literal('digit-anagram'),
		model: z.literal('class'),
		...weights,
		...sampling,
		/** What the picture shows. */
		digit,
		/** What it shows upside down. */
		turned: digit,
		/** Pictures; number i has seed + i. */
		count: z.int().min(1).max(MAX_DIGITS),
	}),
	z.object({ kind: z.literal('digit-noise'), model: z.literal('denoiser'), seed, sources, sigmas }),
	z.object({ kind: z.literal('digit-denoise'), model: z.literal('denoiser'), ...weights, seed, sources, sigmas }),
] as const;
