import { UserError } from '../../gpu/jobs.ts';
import { defineCommand } from '../command.ts';
import { stoppingText } from './stopping.ts';

export const stop = defineCommand({
	name: 'mnist stop',
	summary: 'End the training that runs; what it learned is kept',
	example: '',
	trains: true,
	options: {},
	async run(_options, { training }) {
		const running = training.status();
		if (!running) throw new UserError('No training is running; /mnist runs lists those that are over.');
		training.stop();
		return { text: stoppingText(running.run), figures: [] };
	},
});
