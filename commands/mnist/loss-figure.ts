/** The loss curves of trainings, as a figure for people. */
import { stepsOfTraining } from '../../gpu/jobs/index.ts';
import { calmLosses, lossChart } from '../figures/chart.ts';
import { altText } from '../figures/picture.ts';
import type { Figure } from '../lib/command.ts';
import { formatLoss } from './describe.ts';
import type { Trained } from './trained.ts';

/** The losses of one or two trainings in a chart; undefined before any of them has taken a step. */
export async function lossFigure(trainings: readonly Trained[]): Promise<Figure | undefined> {
	const curves = trainings.filter(({ losses }) => losses.length > 0);
	if (curves.length === 0) return undefined;
	const told = curves.map(({ label, losses }) => {
		const calm = calmLosses(losses);
		const [first, last] = [calm[0], calm[calm.length - 1]].map(({ loss }) => formatLoss(loss));
		return `${label}: from ${first} to ${last}, as means, after ${Math.round(losses[losses.length - 1].step)} steps`;
	});
	return lossChart(curves, {
		filename: `loss-${curves.map(({ name }) => name).join('-')}.png`,
		title: curves.length === 1 ? `Loss of ${curves[0].label}` : 'Losses of two trainings',
		alt: altText('A chart of the training loss over the steps, on a logarithmic scale', ...told),
		// All planned steps, so that a training in progress shows how far it has come.
		steps: Math.max(...trainings.map(({ plan }) => stepsOfTraining(plan))),
	});
}
