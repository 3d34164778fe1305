/** Trainings whose losses can be looked at: runs, and those of the networks that come with the bot. */
import { DIGIT_MODELS, type LossAtStep, type TrainingPlan } from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
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
	/** Ascending by step; none before the first. */
	readonly losses: readonly LossAtStep[];
	/** What it is and how far it came, in a sentence or two. */
	readonly about: string;
}

export async function trainedRun(run: RunSummary, training: Pick<Trainings, 'losses' | 'status'>): Promise<Trained> {
	const { id, plan } = run;
	const about = describeRun(run, id === training.status()?.run);
	return { name: id, label: id, plan, losses: await training.losses(id), about };
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
	const about = `${label}: ${describePlan(plan)}; mean loss of the last epoch ${formatLoss(lossOfLastEpoch)}.`;
	return { name, label, plan, losses, about };
}
