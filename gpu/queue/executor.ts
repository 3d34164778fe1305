/**
 * The contract between the waiting line (waiting-line.ts) and whatever runs the jobs whose turn has come: a process of this machine, or
 * workers on others. queued-runner.ts makes a JobRunner of the two; test/gpu/queue/executor-contract.ts tests each executor.
 */
import type { Job } from '../jobs/index.ts';
import type { JobEnd, JobEvent, ModelList } from './runner.ts';

/** What happens to a job before its end. */
export type ExecutionEvent = Extract<JobEvent, { type: 'started' | 'progress' }>;

/** A job whose turn has come. */
export interface Execution {
	readonly id: string;
	readonly job: Job;
	/** Called with `started` once, then with the progress; not after the end. */
	readonly tell: (event: ExecutionEvent) => void;
	/** Aborted to end the job as soon as possible: as cancelled, unless it was over already. */
	readonly signal: AbortSignal;
}

export interface Executor {
	/** Jobs that it runs at the same time, at least 1. */
	readonly slots: number;
	/** Short ones that it runs beside those. */
	readonly shortSlots: number;
	/** Whether it takes jobs now; while it does not, they wait in line. */
	readonly ready: boolean;
	/** Why it has given up, in one sentence for the person who asked; undefined while it works, or still tries to. */
	readonly givenUp: string | undefined;
	/** Calls `listener` when the number of slots changes, when it becomes ready or stops being so, and when it gives up. */
	onChange(listener: () => void): void;
	/** Gets ready to run jobs, unless it is ready, is about to be, or has just given up. */
	start(): void;
	/**
	 * Runs a job and resolves with its end; never rejects. The caller runs no more jobs at once than there are slots of both kinds. One that
	 * is handed over while the executor is not ready starts once it is, and one whose process dies is run again.
	 */
	run(execution: Execution): Promise<JobEnd>;
	/** As JobRunner.models. */
	models(): Promise<ModelList>;
	/** Ends everything that it runs, as cancelled, and the processes behind it. */
	close(): Promise<void>;
}
