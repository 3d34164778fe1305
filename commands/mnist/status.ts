import { defineCommand } from '../command.ts';
import { describeDuration } from '../course/estimate.ts';
import { describeRun, formatLoss } from './describe.ts';
import { lossFigure } from './loss-figure.ts';

export const status = defineCommand({
	name: 'mnist status',
	summary: 'Show how the training goes: epoch, loss, time left and the curve so far',
	example: '',
	options: {},
	async run(_options, { training }) {
		const runs = await training.runs();
		const running = training.status();
		const run = running ? runs.find(({ id }) => id === running.run) : runs[0];
		if (!run) return { text: 'Nothing was trained here yet; /mnist train begins.', figures: [] };
		const chart = await lossFigure([run], training);
		return {
			text: running ? describeRunning() : `No training is running. The last: ${describeRun(run, false)}`,
			figures: chart ? [chart] : [],
		};

		function describeRunning(): string {
			const { progress, stopping, run: id } = running!;
			if (!progress) return `${id} is starting.`;
			const { step, steps, epoch, loss, etaSeconds } = progress;
			const end = stopping ? 'it is being stopped' : `about ${describeDuration(etaSeconds)} left`;
			return `${id}: epoch ${epoch} of ${run!.plan.epochs}, step ${step} of ${steps}, loss ${formatLoss(loss)}, ${end}.`;
		}
	},
});
