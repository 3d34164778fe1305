import { stepsOfTraining } from '../../gpu/jobs.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import type { Figure, Trainings } from '../command.ts';
import { lossChart } from '../figures/chart.ts';
import { altText } from '../figures/picture.ts';
import { formatLoss } from './describe.ts';

/** The losses of runs in one chart; undefined before any of them has made a step. */
export async function lossFigure(
	runs: readonly RunSummary[],
	training: Pick<Trainings, 'losses'>,
): Promise<Figure | undefined> {
	const all = await Promise.all(runs.map(async ({ id }) => ({ label: id, losses: await training.losses(id) })));
	const curves = all.filter(({ losses }) => losses.length > 0);
	if (curves.length === 0) return undefined;
	const ids = curves.map(({ label }) => label);
	const told = curves.map(({ label, losses }) => {
		const [first, last] = [losses[0], losses[losses.length - 1]];
		return `${label}: from ${formatLoss(first.loss)} to ${formatLoss(last.loss)} after ${last.step} steps`;
	});
	return lossChart(curves, {
		filename: `loss-${ids.join('-')}.png`,
		title: ids.length === 1 ? `Loss of ${ids[0]}` : 'Losses of two trainings',
		alt: altText('A chart of the training loss over the steps, on a logarithmic scale', ...told),
		// A training that goes on shows how far it has come.
		steps: Math.max(...runs.map(({ plan }) => stepsOfTraining(plan))),
	});
}
