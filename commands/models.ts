/** /models: the installed models, and what is wrong with damaged ones. */
import type { DeviceReport } from '../gpu/queue/runner.ts';
import { defineCommand } from './lib/command.ts';
import { devicesOf, deviceTitle } from './lib/device-line.ts';
import { modelsFor } from './lib/models-for.ts';
import { NO_MODEL } from './lib/parse-options.ts';
import { sizeText } from './lib/size-text.ts';

export const models = defineCommand({
	name: 'models',
	summary: 'List the installed models',
	example: '',
	options: {},
	personal: true,
	async run(_options, context) {
		const { usable, damaged, device } = await context.models();
		const devices = await devicesOf(context);
		const lines = usable.map((model) => {
			const standard = model === modelsFor(model, usable)[0] ? ' (the default)' : '';
			const size = `${model.sampleSize}×${model.sampleSize}, ${(model.parameters / 1e6).toFixed(1)} M parameters`;
			const known = model.vocabulary ? `, knows ${model.vocabulary.things.length} things` : '';
			const memory = model.bytes === undefined ? '' : `, ${sizeText(model.bytes)} of memory`;
			const licence = model.licence === undefined ? '' : `; licence: ${model.licence}`;
			return `${model.name}${standard}: ${model.summary} (stage ${'I'.repeat(model.stage)}, ${size}${memory}, guidance ${model.guidanceScale}${known}${licence})`;
		});
		const broken = damaged.map(({ name, damage }) => `${name} cannot be used: ${damage}`);
		const where = typeof devices === 'string' ? [devices] : device ? [whereOn(devices, device.memory)] : [];
		return { text: [...(lines.length > 0 ? lines : [NO_MODEL]), ...broken, ...where].join('\n'), figures: [] };
	},
});

const whereOn = (devices: readonly DeviceReport[], memory: string) =>
	`${devices.length > 1 ? 'Devices' : 'Device'}: ${devices.map(deviceTitle).join(', ')}, memory plan ${memory}.`;
