/** DeepFloyd IF, both stages, as a model family. */
import { join } from 'node:path';
import { remember } from '../../remember.ts';
import type { ModelFamily } from '../family.ts';
import { revisionOf } from '../revision.ts';
import { countParameters } from '../weight-files.ts';
import { readUNetConfig } from './config.ts';
import { openDenoiser, readUNet } from './denoiser.ts';

/** The pipelines' own guidance scale in diffusers, and what a model is that says nothing of itself. */
const STAGES = {
	1: { guidanceScale: 7, summary: 'DeepFloyd IF, stage I' },
	2: { guidanceScale: 4, summary: 'DeepFloyd IF, stage II' },
} as const;

/** Looks into it as if it were opened, which takes a while, so a network is looked at again only once it is another one. */
const describeUNet = remember(
	async (folder: string, _revision: string) => {
		const config = await readUNetConfig(join(folder, 'config.json'));
		const { weightFiles } = await readUNet(folder, config, 'cpu');
		const { sampleSize, hasNoiseLevel, textWidth } = config;
		const stage = hasNoiseLevel ? 2 : 1;
		return { stage, sampleSize, parameters: countParameters(weightFiles), textWidth, ...STAGES[stage] } as const;
	},
	{ max: 32 },
);

export const deepFloyd: ModelFamily = {
	// config.ts looks at every other field too: others' UNets bear the same name.
	recognises: ({ network = 'UNet2DConditionModel' }) => network === 'UNet2DConditionModel',

	async describe(directory) {
		const folder = join(directory, 'unet');
		return describeUNet(folder, await revisionOf(folder));
	},

	open: openDenoiser,
};
