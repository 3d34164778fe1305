import { UserError } from '../gpu/jobs.ts';
import type { CommandContext, QueueEntry } from './command.ts';
import { defineCommand } from './command.ts';

export const queue = defineCommand({
	name: 'queue',
	summary: 'Show what is waiting and running, or cancel jobs of yours',
	example: 'cancel all',
	options: {
		action: {
			kind: 'choice',
			summary: 'all: the whole queue; mine: your jobs; cancel: end one of your jobs, or all of them',
			positional: true,
			choices: ['all', 'mine', 'cancel'],
			default: 'all',
		},
		job: {
			kind: 'text',
			summary: 'With cancel: the id of a job as the queue shows it, or all',
			positional: true,
			maxLength: 40,
			default: 'all',
			example: 'all',
		},
	},
	personal: true,
	async run({ action, job }, context) {
		if (action === 'cancel') return { text: cancel(job, context), figures: [] };
		const entries = context.queue().filter((entry) => action === 'all' || entry.mine);
		const empty = action === 'mine' ? 'None of your jobs is waiting or running.' : 'The queue is empty.';
		return { text: entries.map(describe).join('\n') || empty, figures: [] };
	},
});

function describe(entry: QueueEntry): string {
	const place =
		entry.position === undefined ? 'running' : entry.position === 0 ? 'next' : `${entry.position} before it`;
	return `${entry.id}: /${entry.command} by ${entry.mine ? 'you' : entry.owner}, ${place}`;
}

function cancel(job: string, context: CommandContext): string {
	const mine = context.queue().filter((entry) => entry.mine);
	const targets = job === 'all' ? mine.map((entry) => entry.id) : [job];
	const cancelled = targets.filter((id) => context.cancel(id));
	if (job !== 'all' && cancelled.length === 0) {
		throw new UserError(`No waiting or running job of yours has the id "${job}"; /queue mine lists them.`);
	}
	return cancelled.length ? `Cancelled: ${cancelled.join(', ')}.` : 'None of your jobs is waiting or running.';
}
