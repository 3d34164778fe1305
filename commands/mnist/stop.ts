/** /mnist stop: stops the running training, which can be resumed later. */
import { UserError } from '../../gpu/jobs/index.ts';
import { defineCommand } from '../lib/command.ts';
import { stoppingText } from '../lib/stopping-text.ts';

export const stop = defineCommand({
	name: 'mnist stop',
	summary: 'Stop the running training; what it learned is kept',
	example: '',
	trains: true,
	options: {},
	async run(_options, { training }) {
		const running = training.status();
		if (!running) {
			const other = (await training.runs()).find(({ elsewhere }) => elsewhere);
			if (!other) throw new UserError('No training is running; /mnist runs lists those that have ended.');
			throw new UserError(
				`${other.id} is running in another process; stop it there: a bot with /mnist stop, a command line with Ctrl+C.`,
			);
		}
		training.stop();
		return { text: stoppingText(running.run), figures: [] };
	},
});
