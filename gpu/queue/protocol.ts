/**
 * The messages between the bot process and the inference process, over the IPC channel of child_process.fork (serialization
 * 'advanced', so that a preview travels as bytes).
 */
import type { Job } from '../jobs/index.ts';
import type { JobEnd, JobEvent, ModelList } from './runner.ts';

/** From the bot to the worker. Nothing is sent before the worker reports that it is ready. */
export type ToWorker =
	| { readonly type: 'run'; readonly id: string; readonly job: Job }
	/** The worker answers with the end of that job, whichever it is, or not at all if it does not have the job. */
	| { readonly type: 'cancel'; readonly id: string }
	/** The worker answers with `models`. */
	| { readonly type: 'models' };

/** What a worker reports about a job: any number of progress events, then exactly one of the others. */
export type WorkerJobEvent = Extract<JobEvent, { type: 'progress' }> | JobEnd;

/** From the worker to the bot. */
export type FromWorker =
	/** With its models, which the bot wants to know next; absent if they could not be listed. */
	| { readonly type: 'ready'; readonly models?: ModelList }
	| { readonly type: 'models'; readonly models: ModelList }
	/** Names of the models that are loaded now, the most recently used first; sent when that changes. */
	| { readonly type: 'loaded'; readonly models: readonly string[] }
	/** How many batches of each size its networks have run since the last such message. */
	| { readonly type: 'batches'; readonly counts: Readonly<Record<string, number>> }
	/** For the log: what went wrong with a job, in detail. */
	| { readonly type: 'trouble'; readonly id: string; readonly text: string }
	| WorkerJobEvent;
