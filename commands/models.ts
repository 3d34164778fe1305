import { defineCommand } from './command.ts';

export const models = defineCommand({
	name: 'models',
	summary: 'List the installed models',
	example: '',
	options: {},
	personal: true,
	async run(_options, context) {
		const lines = (await context.models()).map((model, i) => {
			const standard = i === 0 ? ' (the default)' : '';
			const size = `${model.sampleSize}×${model.sampleSize}, ${(model.parameters / 1e6).toFixed(1)} M parameters`;
			return `${model.name}${standard}: ${model.summary} (${size}, guidance ${model.guidanceScale})`;
		});
		return { text: lines.join('\n'), figures: [] };
	},
});
