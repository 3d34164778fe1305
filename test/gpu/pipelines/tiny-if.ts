/** The small random networks of test/fixtures/unet as Denoisers, to compare whole runs with diffusers. */
import { fileURLToPath } from 'node:url';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { readUNetConfig } from '../../../gpu/models/deepfloyd/config.ts';
import { createDenoiser, openUNet } from '../../../gpu/models/deepfloyd/denoiser.ts';
import type { TextEncoder } from '../../../gpu/models/text-encoder.ts';
import { DEEPFLOYD_CONFIG } from '../diffusion/golden.ts';

/** Encodes prompts as random embeddings, drawn with the fixtures' seeds; "" is the unconditional prompt. */
export interface EmbeddingSeeds {
	readonly conditional: number;
	readonly unconditional: number;
}

export async function openTinyIf(
	seeds: EmbeddingSeeds,
	{
		stage = 'stage1',
		scheduler = DEEPFLOYD_CONFIG,
		sampleSize,
	}: { stage?: string; scheduler?: Record<string, unknown>; sampleSize?: number } = {},
) {
	const folder = fileURLToPath(new URL(`../../fixtures/unet/${stage}`, import.meta.url));
	const published = await readUNetConfig(`${folder}/config.json`);
	const config = { ...published, sampleSize: sampleSize ?? published.sampleSize };
	const encoder: TextEncoder = {
		width: config.textWidth,
		normalise: (prompt) => prompt,
		encode: async (prompt) => {
			const seed = prompt === '' ? seeds.unconditional : seeds.conditional;
			return new TorchGenerator(seed).randn([77, config.textWidth]);
		},
		tokensCut: () => 0,
		close: async () => {},
	};
	return createDenoiser({
		config,
		schedule: scheduleFromConfig(scheduler, 'scheduler_config.json'),
		encoder,
		sizes: [1, 2],
		...(await openUNet(folder, config, { provider: 'cpu', threads: 1 })),
	});
}
