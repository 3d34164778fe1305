/** /reports: what people have reported to staff. */
import { defineCommand } from './lib/command.ts';
import { shorten } from './lib/shorten.ts';

/** Of a request in a list; fifteen of them fit into one message everywhere. */
const MAX_LINE = 80;

export const reports = defineCommand({
	name: 'reports',
	summary: 'Show the pictures that were reported last, the newest first',
	example: '',
	options: {},
	staffOnly: true,
	personal: true,
	async run(_options, { moderation }) {
		const lines = moderation.reports().map(({ line, owner, reporter, made }) => {
			const day = new Date(made).toISOString().slice(0, 10);
			return `${day}, ${reporter} on ${owner}: ${shorten(line, MAX_LINE)}`;
		});
		return { text: lines.join('\n') || 'Nothing was reported.', figures: [] };
	},
});
