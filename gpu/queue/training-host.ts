/**
 * The contract between what starts, resumes and records trainings (hosted-training-runner.ts) and where their processes run:
 * on this machine, or on a remote worker's.
 */
import type { TrainingPlan } from '../jobs/index.ts';
import type { RunStatus, RunSummary } from '../training/runs.ts';
import type { FromTrainingProcess, ToTrainingProcess } from './training-protocol.ts';

/** Time for a last checkpoint. A step of the largest networks takes longer; all steps since the last checkpoint are then lost. */
export const CLOSE_GRACE_MS = 5_000;

export interface TrainingHost {
	/** Throws a UserError for a plan that cannot work there. */
	assertTrainable(plan: TrainingPlan): void;
	/** Whether a run's pace was measured where the next training would run. */
	hasTrained(status: RunStatus): boolean;
	/** The share of that machine that a training would get now, above 0 and at most 1. */
	share(): Promise<number>;
	/** Starts a process that trains a run from wherever its folder says it is. */
	start(run: Pick<RunSummary, 'id' | 'plan'>, listener: TrainingListener): TrainingProcess;
}

export interface TrainingListener {
	readonly hear: (message: FromTrainingProcess) => void;
	/** Called once, when the process is gone for good. */
	readonly ended: (end: ProcessEnd) => void;
}

/** How a training process ended, whatever it reported before. */
export interface ProcessEnd {
	/** Such as "exit status 1". */
	readonly how: string;
	/** What it said last, to be quoted. */
	readonly words?: string;
	/** Its machine was needed otherwise: that is no crash, and the training goes on elsewhere. */
	readonly isGivenBack?: boolean;
}

export interface TrainingProcess {
	tell(message: ToTrainingProcess): void;
	/** Ends it at once. */
	kill(): void;
}
