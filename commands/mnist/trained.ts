/** Trainings whose losses can be looked at: runs, and those of the networks that come with the bot. */
import { DIGIT_MODELS, type LossAtStep, type TrainingPlan } from '../../gpu/jobs/index.ts';
import type { LossPoint, RunSummary } from '../../gpu/queue/training-runner.ts';
import type { Trainings } from '../lib/command.ts';
import { describePlan, describeRun, formatLoss } from './describe.ts';
import { shippedTraining } from './shipped.ts';
import { findRun } from './weights.ts';

export interface Trained {
	/** As it is typed: the id of a run, or "class" for the bot's own network. */
	readonly name: string;
	/** What a chart calls it. */
	readonly label: string;
	readonly plan: TrainingPlan;
	/** Ascending by step; empty before the first. */
	readonly losses: readonly LossAtStep[];
	/** The mean over the steps of the last epoch, which may be unfinished; absent before the first step. */
	readonly lossOfLastEpoch?: number;
	/** What it is and how far it has got, in a sentence or two. */
	readonly about: string;
}

export async function trainedRun(run: RunSummary, training: Pick<Trainings, 'losses' | 'status'>): Promise<Trained> {
	const { id, plan } = run;
	const losses = await training.losses(id);
	const isRunning = id === training.status()?.run;
	const lossOfLastEpoch = meanOfLastEpoch(losses);
	const isOver = !isRunning && run.status.state !== 'failed';
	const end = isOver && lossOfLastEpoch !== undefined ? [describeEnd(lossOfLastEpoch)] : [];
	return { name: id, label: id, plan, losses, lossOfLastEpoch, about: [describeRun(run, isRunning), ...end].join(' ') };
}

/**
 * @param name the id of a run, `latest`, or a network's name for the bot's own
 * @throws {UserError} when there is none of that name
 */
export async function namedTrained(
	name: string,
	training: Pick<Trainings, 'losses' | 'runs' | 'status'>,
): Promise<Trained> {
	const model = DIGIT_MODELS.find((each) => each === name);
	if (!model) return trainedRun(findRun(name, await training.runs()), training);
	const { plan, losses, lossOfLastEpoch } = await shippedTraining(model);
	const label = `${model} (the bot's own)`;
	const about = `${label}: ${describePlan(plan)}. ${describeEnd(lossOfLastEpoch)}`;
	return { name, label, plan, losses, lossOfLastEpoch, about };
}

/** The same measure for all trainings: the loss of a single step does not show how good a training is. */
const describeEnd = (loss: number) => `Mean loss of the last epoch: ${formatLoss(loss)}.`;

function meanOfLastEpoch(points: readonly LossPoint[]): number | undefined {
	if (points.length === 0) return undefined;
	const last = points.filter(({ epoch }) => epoch === points[points.length - 1].epoch);
	return last.reduce((sum, { loss }) => sum + loss, 0) / last.length;
}
