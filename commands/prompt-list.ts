import { defineCommand } from './lib/command.ts';
import { COURSE_PROMPTS } from './lib/prompts.ts';

export const promptList = defineCommand({
	name: 'prompts',
	summary: "List the course's prompts",
	example: '',
	options: {},
	personal: true,
	async run() {
		return { text: COURSE_PROMPTS.join('\n'), figures: [] };
	},
});
