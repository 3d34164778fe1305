/**
 * The contract between the bot and whatever runs its jobs. The local runner (one child process) and a distributed one
 * are interchangeable; test/gpu/queue/runner-contract.ts runs the same tests on each.
 */
import type { Recipe } from '../diffusion/recipe.ts';
import type { SamplerName } from '../diffusion/samplers/index.ts';
import type { Job, JobResult } from '../jobs/index.ts';

/** What happens to one job, in this order: queued*, started, progress*, then exactly one of done, failed, cancelled. */
export type JobEvent = { readonly id: string } & (
	| {
			readonly type: 'queued';
			/** Jobs that will start before this one and that it waits for; 0 = next. */
			readonly position: number;
			/** Others who come later may still get before it. */
			readonly mayGrow?: true;
			/** It waits for other short jobs alone. */
			readonly short?: true;
	  }
	| { readonly type: 'started' }
	| {
			readonly type: 'progress';
			/** Steps done and steps in all. After a retry `done` starts again from 0. */
			readonly done: number;
			readonly total: number;
			/** The clean picture (x0) as it stands, as a small PNG; not with every step. */
			readonly preview?: Uint8Array;
	  }
	| { readonly type: 'done'; readonly result: JobResult }
	| {
			readonly type: 'failed';
			/** One sentence for the person who asked. */
			readonly message: string;
			/** `user`: the request cannot work as it is. `internal`: our fault; the log has the details. */
			readonly fault: 'user' | 'internal';
	  }
	| { readonly type: 'cancelled' }
);

/** Where a job waits. */
export type QueuedEvent = Extract<JobEvent, { type: 'queued' }>;

/** How a job ended. */
export type JobEnd = Extract<JobEvent, { type: 'done' | 'failed' | 'cancelled' }>;

/** A model that the runner can use. */
export interface ModelSummary {
	readonly name: string;
	/** One line: what it is and what it knows. */
	readonly summary: string;
	/** DeepFloyd's two stages: 1 makes pictures out of noise, 2 makes a picture of stage I four times as large. */
	readonly stage: 1 | 2;
	/** Side of its pictures, in pixels. */
	readonly sampleSize: number;
	/** Another one once the weights or settings of the same name are others, so that older results can be told apart. */
	readonly revision: string;
	readonly parameters: number;
	/** The scale that suits it, when the user names none. */
	readonly guidanceScale: number;
	/** Width of the embeddings that it reads prompts as. */
	readonly textWidth: number;
	/** The only prompts that it reads, where it has embeddings of some in the place of a text encoder; absent: it reads any. */
	readonly knownPrompts?: readonly string[];
	/** What it draws well: they stand for the first, the second prompt of a request that has none. */
	readonly defaultPrompts?: readonly string[];
	/** How it is best sampled where a request names no sampler, no steps and no timesteps; absent: as everything is. */
	readonly sampling?: OwnSampling;
	/** What it was taught; absent: whatever there is, or nobody says. */
	readonly vocabulary?: Vocabulary;
	/** Seconds that an evaluation will take by arithmetic alone, where nobody has timed one; absent: nobody can say. */
	readonly guessedPace?: number;
}

/** A model's own way of being sampled. */
export interface OwnSampling extends Recipe {
	readonly sampler: SamplerName;
	/** The mean grey level of its pictures, -1..1, which the noise is given at the start; absent: as it is by chance. */
	readonly startColour?: number;
	/** The same of prompts that contain certain words, in lower case. */
	readonly startColours: Readonly<Record<string, number>>;
}

/** What a small model was taught. */
export interface Vocabulary {
	/** What it can draw, by its usual name: "dog", "the amalfi coast". */
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

/** Everything that models() knows. */
export interface ModelList {
	readonly usable: readonly ModelSummary[];
	readonly damaged: readonly DamagedModel[];
}

/** The message of a RunnerError once the runner is closed. */
export const SHUTTING_DOWN = 'The bot is shutting down.';

/**
 * Short jobs that run beside the others, where a runner lets them: together they take no more of the machine than any one of
 * those, however many are asked for.
 */
export const SHORT_SLOTS = 1;

/** Seconds after which a job fails, unless a runner is told otherwise. */
export const DEFAULT_JOB_TIMEOUT_SECONDS = 600;

export interface SubmitOptions {
	/** Unique; the caller chooses it. */
	readonly id: string;
	/** Who asked: waiting jobs of different owners take turns. */
	readonly owner: string;
	/** It does not start while so many jobs of its owner run, of short ones so many short ones; absent: no limit of the owner's own. */
	readonly maxRunning?: number;
	/**
	 * Milliseconds that it will take, as far as anybody knows: a long job may run for longer than others, and a short one need not
	 * wait for those (isShort in jobs/short.ts).
	 */
	readonly expectedMs?: number;
}

/** The runner can do nothing at all at present. The message is one sentence for the person who asked. */
export class RunnerError extends Error {
	override name = 'RunnerError';
}

/**
 * There may be a network in between, so answers can take a while. The events of one job come in their order, those of
 * different jobs in any, and none during the call that causes it.
 */
export interface JobRunner {
	/**
	 * Queues a job; resolves when it is safely queued. Its events may come before that, even the last one. Rejects when it was
	 * not queued, and then it has no events: with a RunnerError when nothing can be run, with another error when `id` is in use.
	 */
	submit(job: Job, options: SubmitOptions): Promise<void>;
	/**
	 * Cancels a waiting or running job, including one whose `submit` has not resolved yet. True: it ends with the event
	 * `cancelled`, which may come before this answer. False: it is neither waiting nor running. Rejects with a RunnerError when
	 * it cannot be cancelled at present.
	 */
	cancel(id: string): Promise<boolean>;
	/** Calls `listener` for every event of every job until the returned function is called. */
	onEvent(listener: (event: JobEvent) => void): () => void;
	/**
	 * The models that jobs may name, the default first, and those that are damaged. May lag one call behind what has just been installed.
	 * Rejects with a RunnerError when nothing can be run.
	 */
	models(): Promise<ModelList>;
	/** Cancels everything and ends the processes behind it. */
	close(): Promise<void>;
}
