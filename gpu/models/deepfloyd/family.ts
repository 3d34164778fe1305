/** DeepFloyd IF, both stages, as a model family. */
import { join } from 'node:path';
import { remember } from '../../remember.ts';
import type { ModelFamily } from '../family.ts';
import { stateOf } from '../folder-state.ts';
import { combined, fileRevision, weightsRevision } from '../revision.ts';
import { countParameters } from '../weight-files.ts';
import { openDenoiser, readingForCpu } from './denoiser.ts';

/** Defaults by stage: the guidance scale of diffusers' pipelines, and the summary of a model that gives none. */
const STAGES = {
	1: { guidanceScale: 7, summary: 'DeepFloyd IF, stage I' },
	2: { guidanceScale: 4, summary: 'DeepFloyd IF, stage II' },
} as const;

/** Reads the network as if to open it, which takes a while, so it is read again only after its files change. */
const describeUNet = remember(
	async (folder: string, _state: string) => {
		const { config, weightFiles } = await readingForCpu.look(folder);
		const { sampleSize, hasNoiseLevel, textWidth } = config;
		const stage = hasNoiseLevel ? 2 : 1;
		const files = [weightsRevision(folder, weightFiles), fileRevision(join(folder, 'config.json'))];
		const revision = combined(...(await Promise.all(files)));
		const parameters = countParameters(weightFiles);
		return { stage, sampleSize, parameters, textWidth, revision, ...STAGES[stage] } as const;
	},
	{ max: 32 },
);

export const deepFloyd: ModelFamily = {
	// config.ts checks every other field too: other models' UNets have the same class name.
	recognises: ({ network = 'UNet2DConditionModel' }) => network === 'UNet2DConditionModel',

	async describe(directory) {
		const folder = join(directory, 'unet');
		return describeUNet(folder, await stateOf(folder));
	},

	open: openDenoiser,
};
