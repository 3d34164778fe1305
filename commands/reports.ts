/** /reports: what people have reported to staff. */
import { defineCommand } from './lib/command.ts';
import { shorten } from './lib/shorten.ts';

/** Of each listed request, in characters: fifteen requests then fit in one message on every platform. */
const MAX_LINE = 80;

export const reports = defineCommand({
	name: 'reports',
	summary: 'Show the latest reported pictures, newest first',
	example: '',
	options: {},
	staffOnly: true,
	personal: true,
	async run(_options, { moderation }) {
		const lines = moderation.reports().map(({ line, owner, reporter, made }) => {
			const day = new Date(made).toISOString().slice(0, 10);
			return `${day}, ${reporter} on ${owner}: ${shorten(line, MAX_LINE)}`;
		});
		return { text: lines.join('\n') || 'Nothing has been reported.', figures: [] };
	},
});
