/**
 * The schema of every kind of job: pure data, so that a job can be stored, shown, re-run and sent to another machine.
 * Adding a kind: one object here and one line in gpu/worker.ts.
 */
import { z } from 'zod';
import { SAMPLER_NAMES } from './diffusion/samplers/index.ts';
import { TRAINED_TIMESTEPS } from './diffusion/schedule.ts';
import { TIMESTEP_TABLE_NAMES } from './diffusion/timestep-tables.ts';
import { DIGIT_JOB_KINDS, type DigitJobKind, digitJobs } from './jobs/digits.ts';
import { type BlobRef, blobRef, seed } from './jobs/values.ts';

export { SAMPLER_NAMES, type SamplerName } from './diffusion/samplers/index.ts';
export { MAX_SEED } from './diffusion/seeds.ts';
export { TIMESTEP_TABLE_NAMES, type TimestepTableName } from './diffusion/timestep-tables.ts';
export { FULL_DISK, isFullDisk, ModelError, UserError } from './errors.ts';
export * from './jobs/digits.ts';
export * from './jobs/losses.ts';
export * from './jobs/training.ts';
export * from './jobs/values.ts';

/** No sampler can take more steps than there are timesteps to stop at. */
export const MAX_STEPS = TRAINED_TIMESTEPS;

/** What the course hands out for "no idea": a missing or empty prompt means this. */
export const DEFAULT_PROMPT = 'a high quality photo';

/**
 * Names of gpu/pipelines/inpaint/rules.ts, what happens to the known pixels after each step. `course`: the original noised
 * to the new timestep. `repaint`: likewise, and stretches of steps are walked again and again. `clean`: the original.
 */
export const INPAINT_RULES = ['course', 'repaint', 'clean'] as const;
export type InpaintRule = (typeof INPAINT_RULES)[number];

/** In pixels of the model's picture; a quarter of 64. */
export const MAX_FEATHER = 16;

/** Twice the paper's. */
export const MAX_RESAMPLES = 20;

const fraction = z.number().min(0).max(1);

/** The last timestep of the training schedule, the noisiest. */
export const MAX_TIMESTEP = TRAINED_TIMESTEPS - 1;

/** Ways to take noise off a picture, see gpu/pipelines/denoise.ts; `compare` sets the three others side by side. */
export const DENOISE_METHODS = ['compare', 'blur', 'one-step', 'iterative'] as const;
export type DenoiseMethod = (typeof DENOISE_METHODS)[number];

/** Timesteps to which a picture is noised, one noisy picture for each. */
const levels = z.array(z.int().min(0).max(MAX_TIMESTEP)).min(1).max(9);

/** Each takes as long as a picture of its own. */
export const MAX_TRIES = 16;

/** How many pictures to make and rank, from seeds in a row, the best first; absent: one, not ranked. */
const tries = z.int().min(1).max(MAX_TRIES).optional();

/** What every sampling job carries. */
const sampling = {
	/** Name of a model directory, as listed by JobRunner.models(). */
	model: z.string().min(1),
	/** Seeds the noise; picture i of a `count` uses seed + i (mod 2^32), all starts of an edit use the seed itself. */
	seed,
	/** Network calls along the timestep list; absent: as `timesteps` says. */
	steps: z.int().min(1).max(MAX_STEPS).optional(),
	/** A named list, only without `steps`; absent: the course's 990, 960, …, 0. */
	timesteps: z.enum(TIMESTEP_TABLE_NAMES).optional(),
	/** Classifier-free guidance scale; 1 = no guidance. */
	guidanceScale: z.number().min(0).max(100),
	/** The prompt of the unconditional branch; "" is the course's. */
	negativePrompt: z.string(),
	sampler: z.enum(SAMPLER_NAMES),
	/** The share of fresh noise in every step, only with samplers that take it; absent: 0. */
	eta: z.number().min(0).max(1).optional(),
};

export const jobSchema = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('generate'), ...sampling, prompt: z.string().min(1), count: z.int().min(1).max(9) }),
	z.object({
		kind: z.literal('edit'),
		...sampling,
		prompt: z.string().min(1),
		/** The picture to start from, any size: it is cropped to a square and resized to the model's sample size. */
		image: blobRef,
		/** Indices into the timestep list at which the noised picture enters (the course's i_start). */
		starts: z.array(z.int().min(0).max(MAX_STEPS)).min(1).max(9),
	}),
	z.object({
		kind: z.literal('inpaint'),
		...sampling,
		prompt: z.string().min(1),
		/** The picture of which parts stay, any size: it is cropped to a square and resized to the model's sample size. */
		image: blobRef,
		/** What is made anew: where a mask of the picture's proportions is white, inside a region, or where it is transparent. */
		area: z.discriminatedUnion('by', [
			z.object({ by: z.literal('mask'), mask: blobRef }),
			/** x, y, width, height as fractions of the whole picture. */
			z.object({ by: z.literal('region'), region: z.tuple([fraction, fraction, fraction, fraction]) }),
			z.object({ by: z.literal('transparency') }),
		]),
		/** Over how many pixels of the model's picture the new fades into the original, inside the part made anew. */
		feather: z.number().min(0).max(MAX_FEATHER),
		rule: z.enum(INPAINT_RULES),
		/** Steps that a jump of `repaint` goes back up. */
		jumpLength: z.int().min(1).max(MAX_STEPS),
		/** How often `repaint` walks each stretch of that length. */
		resamples: z.int().min(1).max(MAX_RESAMPLES),
		count: z.int().min(1).max(9),
	}),
	z.object({
		kind: z.literal('noise'),
		model: sampling.model,
		seed: sampling.seed,
		/** As an edit's. */
		image: blobRef,
		levels,
	}),
	z.object({
		kind: z.literal('denoise'),
		...sampling,
		prompt: z.string().min(1),
		/** As an edit's. It is noised first, so the noise is known. */
		image: blobRef,
		method: z.enum(DENOISE_METHODS),
		/** What blur and one-step noise it to. */
		levels,
		/**
		 * Index into the timestep list at which compare and iterative noise it and enter (the course's i_start); absent: the
		 * first at or below t = 690, the course's start 10.
		 */
		start: z.int().min(0).max(MAX_STEPS).optional(),
		/** Width of the Gaussian blur, in pixels of the model's picture; absent: wide enough for sigma. */
		kernel: z
			.int()
			.min(1)
			.refine((kernel) => kernel % 2 === 1)
			.optional(),
		/** Standard deviation of the Gaussian blur, in the same pixels; absent: the best of a few, for each picture. */
		sigma: z.number().positive().optional(),
		/** Which pictures of the descent there are: about every fifth, or all of them. */
		states: z.enum(['strip', 'all']),
	}),
	z.object({
		kind: z.literal('anagram'),
		...sampling,
		/** The first prompt is read upright, prompt i + 1 through views[i]. */
		prompts: z.array(z.string().min(1)).min(2).max(4),
		/** Names from the view table. */
		views: z.array(z.string()).min(1).max(3),
		tries,
	}),
	z.object({
		kind: z.literal('hybrid'),
		...sampling,
		/** One for each component of the decomposition, in its order; the component of a reference has none. */
		prompts: z.array(z.string().min(1)).min(1).max(3),
		/** A name from the table of decompositions. */
		decomposition: z.string(),
		/** How its filter cuts, in pixels of a picture of side 64; absent: as the decomposition does by default. */
		sigma: z.number().positive().optional(),
		kernel: z.int().positive().optional(),
		/** A picture that stands for one component, of any size as an edit's. */
		reference: blobRef.optional(),
		/** Index of that component; absent: the first. */
		referenceComponent: z.int().min(0).max(2).optional(),
		tries,
	}),
	z.object({
		kind: z.literal('upscale'),
		/** The model is one of stage II. */
		...sampling,
		/** As many as `through` has readings. */
		prompts: z.array(z.string().min(1)).min(1).max(4),
		/** The small picture, any size: it is cropped to a square and resized to a quarter of the model's sample size. */
		image: blobRef,
		/** The timestep to which the small picture is noised: the higher, the more the network makes up. */
		noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
		/** How the picture was made, as an anagram's views (none: one prompt, upright) or a hybrid's decomposition. */
		through: z.discriminatedUnion('kind', [
			z.object({ kind: z.literal('views'), views: z.array(z.string()).max(3) }),
			z.object({
				kind: z.literal('components'),
				decomposition: z.string(),
				sigma: z.number().positive().optional(),
				kernel: z.int().positive().optional(),
			}),
		]),
	}),
	...digitJobs,
]);

export type Job = z.infer<typeof jobSchema>;
export type JobKind = Job['kind'];
export type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;

/** A job over the digit networks; all others are over models of text and pictures. */
export type DigitJob = JobOf<DigitJobKind>;

export function isDigitJob(job: Job): job is DigitJob {
	return DIGIT_JOB_KINDS.some((kind) => kind === job.kind);
}

/** What a pipeline knows of one of its pictures, besides how it looks. */
export interface ImageFacts {
	/** The seed that makes this picture alone. */
	readonly seed: number;
	/** What it is, where a job makes pictures of several kinds: "original", "noisy", "blurred", "one-step", … */
	readonly role?: string;
	/** The timestep at whose noise level it stands, or from which it was estimated, 0..999. */
	readonly t?: number;
	/** Peak signal-to-noise ratio against the original, in decibels; absent also where both are equal. */
	readonly psnr?: number;
	/** The Gaussian that blurred it: its standard deviation and its width, in pixels of this picture. */
	readonly blur?: { readonly sigma: number; readonly kernel: number };
	/** Standard deviation of the noise on a digit, whose values are 0..1. */
	readonly sigma?: number;
	/** How well it shows what was asked, 0..1, where the job made several and ranked them. */
	readonly score?: number;
}

/** One picture that a job made: a PNG of the model's own size, without any metadata. */
export interface JobImage extends ImageFacts {
	readonly blob: BlobRef;
	readonly width: number;
	readonly height: number;
}

export interface JobResult {
	/** In the order that the job's pipeline documents. */
	readonly images: readonly JobImage[];
	/** Sentences the user should read, for example that a prompt was too long and where it was cut. */
	readonly notes: readonly string[];
}
