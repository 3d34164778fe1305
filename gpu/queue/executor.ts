/**
 * The contract between the line (line.ts) and whatever runs the jobs whose turn has come: a process of this machine, or
 * workers on others. queued-runner.ts makes a JobRunner of the two; test/gpu/queue/executor-contract.ts tests each executor.
 */
import type { Job } from '../jobs.ts';
import type { JobEnd, JobEvent, ModelList } from './runner.ts';

/** A job whose turn has come. */
export interface Execution {
	readonly id: string;
	readonly job: Job;
	/** Hears `started` once, then the progress, and nothing after the end. */
	readonly tell: (event: Extract<JobEvent, { type: 'started' | 'progress' }>) => void;
	/** Aborted when the job shall end as soon as it can: as cancelled, unless it was over already. */
	readonly signal: AbortSignal;
}

export interface Executor {
	/** Jobs that it runs at the same time, at least 1. */
	readonly places: number;
	/** Whether it takes jobs now; until it does they wait in the line. */
	readonly ready: boolean;
	/** Why it can run nothing, for as long as it will not try again: one sentence for the person who asked. */
	readonly givenUp: string | undefined;
	/** Calls `listener` whenever it has other places, becomes ready or stops being so, and when it gives up. */
	onChange(listener: () => void): void;
	/** Somebody needs it: it gets ready, unless it is, is about to be, or has just given up. */
	start(): void;
	/**
	 * Runs a job and resolves with its end; never rejects. Whoever calls sees to it that no more run than there are places.
	 * A job that was taken is kept while it is not ready, and runs again when what ran it has died.
	 */
	run(execution: Execution): Promise<JobEnd>;
	/** As JobRunner.models. */
	models(): Promise<ModelList>;
	/** Ends everything that it runs, as cancelled, and the processes behind it. */
	close(): Promise<void>;
}
