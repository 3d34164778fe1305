/** /mnist status: how far a training has got, and its losses. */
import type { TrainingStatus } from '../../gpu/queue/training-runner.ts';
import { defineCommand } from '../lib/command.ts';
import { describeDuration } from '../lib/duration.ts';
import { formatCount, formatLoss } from './describe.ts';
import { lossFigure } from './loss-figure.ts';
import { namedTrained, type Trained } from './trained.ts';
import { LATEST, NOTHING_TRAINED, runOption } from './weights.ts';

export const status = defineCommand({
	name: 'mnist status',
	summary: 'Show how a training is going, or went: epoch, loss, time left and the curve so far',
	example: '',
	options: {
		run: {
			...runOption,
			label: 'Which training',
			summary: "Which run; class, time, denoiser: the bot's own network; default: the running or the newest one",
		},
	},
	async run({ run }, { training, wording }) {
		const running = training.status();
		const known = await training.runs();
		if (run === undefined && known.length === 0) {
			return { text: wording.hint(NOTHING_TRAINED), figures: [] };
		}
		const unseen = known.find(({ elsewhere }) => elsewhere);
		const trained = await namedTrained(run ?? running?.run ?? unseen?.id ?? LATEST, training);
		const chart = await lossFigure([trained]);
		const isRunning = running?.run === trained.name;
		const idle = run === undefined && !unseen ? 'No training is running. The last one: ' : '';
		return {
			text: isRunning ? describeRunning(running, trained) : `${idle}${trained.about}`,
			figures: chart ? [chart] : [],
		};
	},
});

function describeRunning({ progress, stopping, run, warnings }: TrainingStatus, { plan }: Trained): string {
	if (!progress) return [`${run} is starting.`, ...warnings].join(' ');
	const { step, steps, epoch, loss, etaSeconds } = progress;
	const end = stopping ? 'it is being stopped' : `about ${describeDuration(etaSeconds)} left`;
	const where = `${run}: epoch ${epoch} of ${plan.epochs}, step ${formatCount(step)} of ${formatCount(steps)}`;
	return [`${where}, loss ${formatLoss(loss)}, ${end}.`, ...warnings].join(' ');
}
