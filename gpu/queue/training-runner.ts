/** The contract between the bot and whatever runs its trainings, as runner.ts for jobs. */
import type { TrainingPlan, TrainingPreset } from '../jobs/index.ts';
import type { ProgressEvent } from '../training/progress.ts';
import type { LossPoint, RunSummary } from '../training/runs.ts';
import type { TrainEvent } from '../training/train.ts';
import type { TrainingForecast } from './training-forecast.ts';

export type { LossPoint, ProgressEvent, RunSummary, TrainingForecast };

export interface TrainingRequest {
	/** planTraining of gpu/jobs/index.ts makes it. */
	readonly plan: TrainingPlan;
	/** Where the plan came from, to be told. */
	readonly preset?: TrainingPreset;
	/** Who asks, as the chat names them. */
	readonly who: string;
	/** Id of their request, which may look for its training again after a restart of the bot. */
	readonly request?: string;
}

/**
 * What happens to one training: started, then any of progress, checkpoint, warning and (after a crash) started again, then
 * one of done, stopped, failed. None of these when the bot ends; then it goes on with `resume`.
 */
export type TrainingEvent = { readonly run: string } & (
	| { readonly type: 'started' /** Steps done before. */; readonly step: number }
	| TrainEvent
	| { readonly type: 'done' | 'stopped' }
	/** `user`: it cannot work as it was asked for. `internal`: our fault; the log has the details. */
	| { readonly type: 'failed'; readonly message: string; readonly fault: 'user' | 'internal' }
);

/** The training that runs. */
export interface TrainingStatus {
	readonly run: string;
	/** The latest; absent before the first step of this process. */
	readonly progress?: ProgressEvent;
	/** Whether it has been told to stop. */
	readonly stopping: boolean;
}

/** Every method that takes the id of a run throws a UserError when there is none. */
export interface TrainingRunner {
	/** Begins a training. Throws a UserError while another runs, here or in another process, and when memory or the device do not do for it. */
	start(request: TrainingRequest): Promise<RunSummary>;
	/**
	 * Goes on with a run that was interrupted, stopped or failed; without an id with the latest that was interrupted by the
	 * end of a bot, if there is one. Throws a UserError while another runs, as start does, and when that run is done.
	 */
	resume(id?: string): Promise<RunSummary | undefined>;
	/** Ends the training after the step, on CUDA the ten steps, that it is at; what it learned is kept. Throws a UserError when none runs. Event: `stopped`. */
	stop(): void;
	/** The training that runs, if there is one. */
	status(): TrainingStatus | undefined;
	/** All runs, the latest first. */
	runs(): Promise<RunSummary[]>;
	/** The losses of a run so far, step by step. */
	losses(id: string): Promise<LossPoint[]>;
	/** Deletes a run and its weights. Throws a UserError for the one that runs, here or in another process. */
	remove(id: string): Promise<void>;
	/** What a training will take. Throws a UserError for one that `start` would refuse, were nothing running. */
	forecast(plan: TrainingPlan): Promise<TrainingForecast>;
	/** Calls `listener` for every event until the returned function is called. */
	onEvent(listener: (event: TrainingEvent) => void): () => void;
	/** Ends the process; the training counts as interrupted. */
	close(): Promise<void>;
}
