/**
 * The contract between the bot and what runs its jobs. The local runner (one child process) and a distributed one are
 * interchangeable; test/gpu/queue/runner-contract.ts runs the same tests on each.
 */
import type { MemoryPlan, Provider } from '../device.ts';
import type { Recipe } from '../diffusion/recipe.ts';
import type { SamplerName } from '../diffusion/samplers/index.ts';
import type { Job, JobResult } from '../jobs/index.ts';

/**
 * What happens to one job, in this order: queued*, started, progress*, then exactly one of done, failed, cancelled. When what
 * runs it is gone, it waits again, and may start over: queued*, started, progress*.
 */
export type JobEvent = { readonly id: string } & (
	| {
			readonly type: 'queued';
			/** How many jobs will start before this one that it has to wait for; 0 = next. */
			readonly position: number;
			/** Later jobs may still get ahead of it. */
			readonly mayGrow?: true;
			/** It waits only for other short jobs. */
			readonly short?: true;
			/** Why no job starts at present, in one sentence for the person who asked; absent: they do. */
			readonly standstill?: string;
	  }
	| { readonly type: 'started' }
	| {
			readonly type: 'progress';
			/** Steps done and steps in total. After a retry `done` starts over from 0. */
			readonly done: number;
			readonly total: number;
			/** The clean picture (x0) so far, as a small PNG; not with every step. */
			readonly preview?: Uint8Array;
	  }
	| { readonly type: 'done'; readonly result: JobResult }
	| {
			readonly type: 'failed';
			/** One sentence for the person who asked. */
			readonly message: string;
			/** `user`: the request cannot work as given. `internal`: our fault; the log has the details. */
			readonly fault: 'user' | 'internal';
	  }
	| { readonly type: 'cancelled' }
);

/** The event that says where a job is in the waiting line. */
export type QueuedEvent = Extract<JobEvent, { type: 'queued' }>;

/** The event that ends a job. */
export type JobEnd = Extract<JobEvent, { type: 'done' | 'failed' | 'cancelled' }>;

/** A model that the runner can use. */
export interface ModelSummary {
	readonly name: string;
	/** One line: what it is and what it can draw. */
	readonly summary: string;
	/** DeepFloyd's two stages: 1 makes pictures out of noise, 2 makes a stage I picture four times as large. */
	readonly stage: 1 | 2;
	/** Side of its pictures, in pixels. */
	readonly sampleSize: number;
	/** Changes when the weights or settings under the same name change, so that older results can be told apart. */
	readonly revision: string;
	readonly parameters: number;
	/** The guidance scale that suits it, if the user gives none. */
	readonly guidanceScale: number;
	/** Width of its text embeddings. */
	readonly textWidth: number;
	/** The only prompts that it reads, if it has embeddings of some instead of a text encoder; absent: it reads any. */
	readonly knownPrompts?: readonly string[];
	/** Prompts that it draws well: the first, second, … prompt of a request that gives none. */
	readonly defaultPrompts?: readonly string[];
	/** How to sample it if a request names no sampler, no steps and no timesteps; absent: by the general defaults. */
	readonly sampling?: OwnSampling;
	/** What it was taught; absent: everything, or unknown. */
	readonly vocabulary?: Vocabulary;
	/** The licence's name, or where it is; absent: unknown. */
	readonly licence?: string;
	/** The bytes that its weights take where it runs, without those of its text encoder; absent: unknown. */
	readonly bytes?: number;
	/** Its publisher marks its pictures, but the mark is not here. */
	readonly lacksWatermark?: true;
	/** Seconds that an evaluation should take judging by its arithmetic, until one has been timed; absent: unknown. */
	readonly guessedPace?: number;
}

/** A model's own sampling recipe. */
export interface OwnSampling extends Recipe {
	readonly sampler: SamplerName;
	/** The mean grey level of its pictures, -1..1, which the start noise is shifted to; absent: left to chance. */
	readonly startColour?: number;
	/** The same for prompts that contain certain words, in lower case. */
	readonly startColours: Readonly<Record<string, number>>;
}

/** What a small model was taught. */
export interface Vocabulary {
	/** What it can draw, by usual names: "dog", "the amalfi coast". */
	readonly things: readonly string[];
	/** Every word of its captions, in lower case. */
	readonly words: readonly string[];
}

/** A model directory that is there but cannot be used. */
export interface DamagedModel {
	readonly name: string;
	/** What is wrong: the file, and the field or tensor. */
	readonly damage: string;
}

/** The result of models(). */
export interface ModelList {
	readonly usable: readonly ModelSummary[];
	readonly damaged: readonly DamagedModel[];
	/** Where they run, and how they share its memory; absent: unknown. */
	readonly device?: { readonly provider: Provider; readonly memory: MemoryPlan };
}

/** One device that jobs run on, as /queue and `flipside workers` show it. */
export interface DeviceReport {
	/** The machine's name; absent: the bot's own machine. */
	readonly machine?: string;
	/** "cpu", "cuda:1", … */
	readonly device: string;
	/** Jobs that it runs at the same time, short ones not counted. */
	readonly slots: number;
	readonly running: number;
	/** A training runs beside the jobs; absent: none does, or the device is in the bot's own machine. */
	readonly trains?: true;
	/** Names of the models that are loaded there (most recently used first). */
	readonly loaded: readonly string[];
	/** How many batches of each size its networks have run; absent: none yet, or unknown. */
	readonly batches?: Readonly<Record<string, number>>;
	/** Names of models that it cannot be used for, because other machines have different ones under these names; absent: none. */
	readonly differing?: readonly string[];
	/** Why it is left out, in one sentence; absent: it works. */
	readonly problem?: string;
}

/** The message of the RunnerError from a closed runner. */
export const SHUTTING_DOWN = 'The bot is shutting down.';

/**
 * How many short jobs run in addition to the others, if a runner allows it: however many are requested, together they take no
 * more of the machine than one other job.
 */
export const SHORT_SLOTS = 1;

/** Seconds after which a job fails, unless a runner is configured otherwise. */
export const DEFAULT_JOB_TIMEOUT_SECONDS = 600;

/** How many jobs run at the same time. */
export interface Capacity {
	readonly slots: number;
	/** Short jobs in addition. */
	readonly shortSlots: number;
}

export interface SubmitOptions {
	/** Unique; the caller chooses it. */
	readonly id: string;
	/** Who asked: waiting jobs of different owners take turns. */
	readonly owner: string;
	/** It does not start while this many of its owner's jobs run (for a short job, short ones); absent: no limit. */
	readonly maxRunning?: number;
	/**
	 * How many milliseconds it should take, if known: a long job may run for longer than others, and a short one does not have
	 * to wait for those (isShort in jobs/short.ts).
	 */
	readonly expectedMs?: number;
}

/** The runner cannot do anything now. The message is one sentence for the person who asked. */
export class RunnerError extends Error {
	override name = 'RunnerError';
}

/**
 * There may be a network in between, so answers can take a while. The events of one job come in order, those of different jobs
 * in any order, and none during the call that causes it.
 */
export interface JobRunner {
	/**
	 * Queues a job; resolves once it is safely queued. Its events may come before that, even the last one. Rejects if it was not
	 * queued, and then it has no events: with a RunnerError if nothing can be run, with another error if `id` is in use.
	 */
	submit(job: Job, options: SubmitOptions): Promise<void>;
	/**
	 * Cancels a waiting or running job, including one whose `submit` has not resolved yet. True: it ends with the event
	 * `cancelled`, which may come before this answer. False: it is neither waiting nor running. Rejects with a RunnerError if it
	 * cannot be cancelled now.
	 */
	cancel(id: string): Promise<boolean>;
	/** How many jobs it runs at the same time as things are now. */
	capacity(): Capacity;
	/** Calls `listener` for every event of every job until the returned function is called. */
	onEvent(listener: (event: JobEvent) => void): () => void;
	/**
	 * The models that jobs may name, the default first, and those that are damaged. May lag one call behind what has just been
	 * installed. Rejects with a RunnerError if nothing can be run.
	 */
	models(): Promise<ModelList>;
	/** The devices that jobs run on, including those that are left out. Rejects with a RunnerError if they cannot be asked. */
	devices(): Promise<readonly DeviceReport[]>;
	/** Cancels all jobs and ends the processes behind it. */
	close(): Promise<void>;
}
