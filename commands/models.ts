/** /models: the installed models, and what is wrong with damaged ones. */
import { defineCommand } from './lib/command.ts';
import { modelsFor } from './lib/models-for.ts';
import { NO_MODEL } from './lib/parse-options.ts';

export const models = defineCommand({
	name: 'models',
	summary: 'List the installed models',
	example: '',
	options: {},
	personal: true,
	async run(_options, context) {
		const { usable, damaged } = await context.models();
		const lines = usable.map((model) => {
			const standard = model === modelsFor(model, usable)[0] ? ' (the default)' : '';
			const size = `${model.sampleSize}×${model.sampleSize}, ${(model.parameters / 1e6).toFixed(1)} M parameters`;
			const known = model.vocabulary ? `, knows ${model.vocabulary.things.length} things` : '';
			return `${model.name}${standard}: ${model.summary} (stage ${'I'.repeat(model.stage)}, ${size}, guidance ${model.guidanceScale}${known})`;
		});
		const broken = damaged.map(({ name, damage }) => `${name} cannot be used: ${damage}`);
		return { text: [...(lines.length > 0 ? lines : [NO_MODEL]), ...broken].join('\n'), figures: [] };
	},
});
