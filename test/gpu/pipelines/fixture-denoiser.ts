/** The small random networks of test/fixtures/unet as denoisers, whose prompts are random embeddings. */
import { fileURLToPath } from 'node:url';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { readUNetConfig } from '../../../gpu/models/deepfloyd/config.ts';
import { createDenoiser, openUNet } from '../../../gpu/models/deepfloyd/denoiser.ts';
import type { TextEncoder } from '../../../gpu/models/text-encoder.ts';

/** @param embeddingSeeds of PyTorch's generator; "" is the unconditional prompt, every other text the conditional one */
export async function openFixture(
	stage: 'stage1' | 'stage2',
	schedulerConfig: Record<string, unknown>,
	embeddingSeeds: { readonly conditional: number; readonly unconditional: number },
) {
	const folder = fileURLToPath(new URL(`../../fixtures/unet/${stage}`, import.meta.url));
	const config = await readUNetConfig(`${folder}/config.json`);
	const encoder: TextEncoder = {
		width: config.textWidth,
		encode: async (prompt) => {
			const seed = prompt === '' ? embeddingSeeds.unconditional : embeddingSeeds.conditional;
			return { embedding: new TorchGenerator(seed).randn([77, config.textWidth]), tokensCut: 0 };
		},
		tokensCut: () => 0,
		close: async () => {},
	};
	return createDenoiser({
		config,
		schedule: scheduleFromConfig(schedulerConfig, 'scheduler_config.json'),
		encoder,
		sizes: [1, 2],
		...(await openUNet(folder, config, { provider: 'cpu', threads: 1 })),
	});
}
