/** The small random network of test/fixtures/unet/stage1 as a Denoiser, for comparisons with whole runs of diffusers. */
import { fileURLToPath } from 'node:url';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { openCheckpoint } from '../../../gpu/models/checkpoint.ts';
import { readUNetConfig } from '../../../gpu/models/deepfloyd/config.ts';
import { createDenoiser } from '../../../gpu/models/deepfloyd/denoiser.ts';
import { promptGraph, stepGraph } from '../../../gpu/models/deepfloyd/unet.ts';
import type { TextEncoder } from '../../../gpu/models/text-encoder.ts';
import { Weights } from '../../../gpu/models/weights.ts';
import type { Graph } from '../../../gpu/onnx/graph.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import { DEEPFLOYD_CONFIG } from '../diffusion/golden.ts';

/** "Reads" prompts as random embeddings, which the fixtures drew from the same seeds. */
export interface EmbeddingSeeds {
	readonly conditional: number;
	readonly unconditional: number;
}

export async function openTinyIf(seeds: EmbeddingSeeds): Promise<ReturnType<typeof createDenoiser>> {
	const directory = fileURLToPath(new URL('../../fixtures/unet/stage1', import.meta.url));
	const config = await readUNetConfig(`${directory}/config.json`);
	const checkpoint = await openCheckpoint(directory, 'full');
	const { weightsFolder } = checkpoint;
	const weights = new Weights(checkpoint);
	const options = { dtype: 'float32', fusedAttention: true } as const;
	const open = (graph: Graph) =>
		openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'speed', weightsFolder });
	const encoder: TextEncoder = {
		width: 48,
		encode: async (prompt) => {
			const seed = prompt === '' ? seeds.unconditional : seeds.conditional;
			return { embedding: new TorchGenerator(seed).randn([77, 48]), tokensCut: 0 };
		},
		tokensCut: () => 0,
		close: async () => {},
	};
	return createDenoiser({
		config,
		schedule: scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json'),
		encoder,
		sizes: [1, 2],
		prompt: await open(promptGraph(config, weights, options)),
		step: await open(stepGraph(config, weights, options)),
	});
}
