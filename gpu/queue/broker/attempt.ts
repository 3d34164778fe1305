/** A training process that a bot's remote workers were asked for. */
import type { TrainingPlan } from '../../jobs/index.ts';
import type { TrainingListener } from '../training-host.ts';
import type { ToTrainingProcess } from '../training-protocol.ts';
import type { Bell } from './bell.ts';

/** It has a worker, or waits for one. */
export interface Attempt extends TrainingListener {
	readonly run: { readonly id: string; readonly plan: TrainingPlan };
	/** Rung when something may have changed. */
	readonly bell: Bell;
	/** The last that it was told. */
	order?: ToTrainingProcess;
	/** What people were last told of why it does not go on. */
	obstacle?: string;
	/** Aborted when it has to end at once. */
	readonly killed: AbortSignal;
}

/** Tells people why it does not go on, once. */
export function obstruct(attempt: Attempt, message: string | undefined): void {
	const { obstacle: replaces } = attempt;
	if (!message || message === replaces) return;
	attempt.hear({ type: 'warning', message, ...(replaces && { replaces, stays: true }) });
	attempt.obstacle = message;
}

export function tell(attempt: Attempt, message: ToTrainingProcess): void {
	attempt.order = message;
	attempt.bell.ring();
}
