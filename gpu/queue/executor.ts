/**
 * The contract between the waiting line (waiting-line.ts) and what runs the jobs whose turn has come: a process on this
 * machine, or workers on others. queued-runner.ts makes a JobRunner from the two; test/gpu/queue/executor-contract.ts tests
 * each executor.
 */
import type { Job } from '../jobs/index.ts';
import type { DeviceReport, JobEnd, JobEvent, ModelList } from './runner.ts';

/**
 * What happens to a job before its end. `interrupted`: what runs it is gone, or cannot be reached, and it waits to be started anew;
 * or it is held up for a `reason`, one sentence for the person who asked.
 */
export type ExecutionEvent =
	| Extract<JobEvent, { type: 'started' | 'progress' }>
	| { readonly id: string; readonly type: 'interrupted'; readonly reason?: string };

/** How often a job is run if what runs it dies. */
export const ATTEMPTS = 2;

/** A job whose turn has come. */
export interface Execution {
	readonly id: string;
	readonly job: Job;
	/** It takes hardly any time, so it may run in a short slot. */
	readonly isShort?: boolean;
	/** Called with `started`, then with progress; after `interrupted` with `started` again; never after the end. */
	readonly tell: (event: ExecutionEvent) => void;
	/** Aborted to end the job as soon as possible: as cancelled, unless it has already ended. */
	readonly signal: AbortSignal;
	/**
	 * Called when the process that runs it has died. With this it is not run again: it ends as failed, and whoever asked runs it
	 * elsewhere. Absent: it is rerun.
	 */
	readonly onDeath?: () => void;
	/** How often the process that ran it has died before. Default: never */
	readonly deaths?: number;
	/**
	 * Called, with how often that has happened by now, when what ran it is gone and nothing else has room for it. With this its run
	 * ends, as cancelled, and whoever asked lets it wait in line again. Absent: it is rerun as soon as something can.
	 */
	readonly onReturn?: (deaths: number) => void;
}

/** A job in line, as far as it matters where there is room for it. */
export type Candidate = Pick<Execution, 'job' | 'isShort'>;

export interface Executor {
	/** How many jobs it runs at the same time, at least 1; it may change. */
	readonly slots: number;
	/** How many short jobs it runs in addition. It may change, but an executor that has none never will, and the others keep one. */
	readonly shortSlots: number;
	/** Whether it accepts jobs now; while it does not, they wait in line. */
	readonly ready: boolean;
	/** Why it has given up, in one sentence for the person who asked; undefined while it works or is still trying to. */
	readonly givenUp: string | undefined;
	/** Why it has not been ready for a while, in one sentence for those who wait; absent: it is, or will be in a moment. */
	readonly standstill?: string | undefined;
	/**
	 * Why no part of it can run a job, whenever there is room, in one sentence for the person who asked. Another function when its
	 * answers may have changed; absent: every part can run every job.
	 */
	readonly obstacle?: (job: Job) => string | undefined;
	/** Whether there is room for this job now; absent: any free slot will do. */
	hasRoomFor?(candidate: Candidate): boolean;
	/**
	 * Calls `listener` when the number of slots of either kind changes, when it becomes ready or no longer is, when it gives up,
	 * when there is an obstacle or none any more, and when there may be room for other jobs than before.
	 */
	onChange(listener: () => void): void;
	/** Prepares to run jobs, unless it is ready, is about to be, or has just given up. */
	start(): void;
	/**
	 * Runs a job and resolves with its end; never rejects. The caller never runs more jobs at once than there are slots of both
	 * kinds, nor one for which there is no room. A job that is submitted while the executor is not ready starts once it is, and one whose process dies is rerun.
	 */
	run(execution: Execution): Promise<JobEnd>;
	/** As JobRunner.models. */
	models(): Promise<ModelList>;
	/**
	 * Its devices as last heard of, including those that are left out.
	 *
	 * @throws {RunnerError} when they cannot be asked
	 */
	devices(): readonly DeviceReport[];
	/** Ends all running jobs, as cancelled, and the processes behind them. */
	close(): Promise<void>;
}

/** How an execution ends that was cancelled. */
export const cancelled = ({ id }: Pick<Execution, 'id'>): JobEnd => ({ id, type: 'cancelled' });
