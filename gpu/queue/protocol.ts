/**
 * What the bot process and the inference process say to each other, over the IPC channel of child_process.fork
 * (serialization 'advanced', so that a preview travels as bytes).
 */
import type { Job } from '../jobs/index.ts';
import type { JobEnd, JobEvent, ModelList } from './runner.ts';

/** From the bot to the worker. Nothing is sent before the worker said that it is ready. */
export type ToWorker =
	| { readonly type: 'run'; readonly id: string; readonly job: Job }
	/** The worker answers with the end of that job, whichever it is; no answer when it does not know the job. */
	| { readonly type: 'cancel'; readonly id: string }
	/** The worker answers with `models`. */
	| { readonly type: 'models' };

/** What a worker reports of a job: any number of progress, then exactly one of the others. */
export type WorkerJobEvent = Extract<JobEvent, { type: 'progress' }> | JobEnd;

/** From the worker to the bot. */
export type FromWorker =
	| { readonly type: 'ready' }
	| { readonly type: 'models'; readonly models: ModelList }
	| WorkerJobEvent;
