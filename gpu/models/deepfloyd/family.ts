/** DeepFloyd IF, both stages, as a model family. */
import { join } from 'node:path';
import type { ModelFamily } from '../family.ts';
import { countParameters, openWeightFiles } from '../weight-files.ts';
import { readUNetConfig } from './config.ts';
import { openDenoiser } from './denoiser.ts';

/** The pipelines' own guidance scale in diffusers, and what a model is that says nothing of itself. */
const STAGES = {
	1: { guidanceScale: 7, summary: 'DeepFloyd IF, stage I' },
	2: { guidanceScale: 4, summary: 'DeepFloyd IF, stage II' },
} as const;

export const deepFloyd: ModelFamily = {
	// config.ts looks at every other field too: others' UNets bear the same name.
	recognises: ({ network = 'UNet2DConditionModel' }) => network === 'UNet2DConditionModel',

	async describe(directory) {
		const folder = join(directory, 'unet');
		const { sampleSize, hasNoiseLevel, textWidth } = await readUNetConfig(join(folder, 'config.json'));
		const parameters = countParameters(await openWeightFiles(folder, 'full'));
		const stage = hasNoiseLevel ? 2 : 1;
		return { stage, sampleSize, parameters, textWidth, ...STAGES[stage] };
	},

	open: openDenoiser,
};
