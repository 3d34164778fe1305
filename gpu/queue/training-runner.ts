/** The contract between the bot and what runs its trainings, like runner.ts for jobs. */
import type { TrainingPlan, TrainingPreset } from '../jobs/index.ts';
import type { ProgressEvent } from '../training/progress.ts';
import type { LossPoint, RunSummary } from '../training/runs.ts';
import type { TrainEvent } from '../training/train.ts';
import type { Warning } from '../training/warning.ts';
import type { TrainingForecast } from './training-forecast.ts';

export type { LossPoint, ProgressEvent, RunSummary, TrainingForecast };

export interface TrainingRequest {
	/** Made by planTraining from gpu/jobs/index.ts. */
	readonly plan: TrainingPlan;
	/** The preset that the plan came from, to be shown. */
	readonly preset?: TrainingPreset;
	/** The name of the person who asked, as in the chat. */
	readonly who: string;
	/** Id of their request, which may look for its training again after the bot restarts. */
	readonly request?: string;
}

/**
 * What happens to one training: started, then any number of progress, checkpoint, warning and (after a crash) started events,
 * then one of done, stopped, failed. None of these last ones if the bot ends; the training then continues with `resume`.
 */
export type TrainingEvent = { readonly run: string } & (
	| { readonly type: 'started' /** Steps done before. */; readonly step: number }
	| TrainEvent
	| { readonly type: 'done' | 'stopped' }
	/** `user`: it cannot work as requested. `internal`: our fault; the log has the details. */
	| { readonly type: 'failed'; readonly message: string; readonly fault: 'user' | 'internal' }
);

/** The running training. */
export interface TrainingStatus {
	readonly run: string;
	/** The latest progress; absent before this process's first step. */
	readonly progress?: ProgressEvent;
	/** Whether it has been asked to stop. */
	readonly stopping: boolean;
	/** The warnings that still hold, one sentence each. */
	readonly warnings: readonly string[];
}

/** Every method that takes a run's id throws a UserError if there is no such run. */
export interface TrainingRunner {
	/**
	 * Starts a training. Throws a UserError while another is running, here or in another process, and if memory or the device
	 * do not suffice for it.
	 */
	start(request: TrainingRequest): Promise<RunSummary>;
	/**
	 * Resumes a run that was interrupted, stopped or failed; without an id, the latest that the end of a bot interrupted, if
	 * there is one. Throws a UserError while another is running, as `start` does, and if that run is done.
	 */
	resume(id?: string): Promise<RunSummary | undefined>;
	/**
	 * Ends the training after its current step (on CUDA ten steps); what it has learned is kept. Throws a UserError if none is
	 * running. Event: `stopped`.
	 */
	stop(): void;
	/** The running training, if there is one. */
	status(): TrainingStatus | undefined;
	/** All runs, the latest first. */
	runs(): Promise<RunSummary[]>;
	/** The losses of a run so far, step by step. */
	losses(id: string): Promise<LossPoint[]>;
	/** Deletes a run and its weights. Throws a UserError for one that is running, here or in another process. */
	remove(id: string): Promise<void>;
	/** What a training will take. Throws a UserError for one that `start` would refuse even if nothing were running. */
	forecast(plan: TrainingPlan): Promise<TrainingForecast>;
	/** Calls `listener` for every event until the returned function is called. */
	onEvent(listener: (event: TrainingEvent) => void): () => void;
	/** Ends the process; the training counts as interrupted. */
	close(): Promise<void>;
}

/** The messages of warnings that still hold after this one. */
export function holding(messages: readonly string[], { message, replaces, stays }: Warning): readonly string[] {
	const others = messages.filter((other) => other !== replaces);
	return replaces === undefined || stays ? [...others, message] : others;
}
