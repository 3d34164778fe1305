/** A whole guided sample through a real graph: pipeline, batching, UNet, sampler and noise against diffusers' own loop. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import type { SamplerName } from '../../../gpu/jobs.ts';
import { openCheckpoint } from '../../../gpu/models/checkpoint.ts';
import { readUNetConfig } from '../../../gpu/models/deepfloyd/config.ts';
import { createDenoiser } from '../../../gpu/models/deepfloyd/denoiser.ts';
import { promptGraph, stepGraph } from '../../../gpu/models/deepfloyd/unet.ts';
import type { TextEncoder } from '../../../gpu/models/text-encoder.ts';
import { Weights } from '../../../gpu/models/weights.ts';
import type { Graph } from '../../../gpu/onnx/graph.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import type { StepProgress } from '../../../gpu/pipelines/pipeline.ts';
import { textToImage } from '../../../gpu/pipelines/text-to-image.ts';
import { DEEPFLOYD_CONFIG, type Packed, relativeRms, unpack } from '../diffusion/golden.ts';

/** See test/fixtures/diffusion/make_unet_samples.py. */
interface UNetSample {
	sampler: SamplerName;
	steps: number;
	guidanceScale: number;
	seed: number;
	embeddingSeeds: { conditional: number; unconditional: number };
	result: Packed;
}

const samples: UNetSample[] = JSON.parse(
	readFileSync(new URL('../../fixtures/diffusion/unet-samples.json', import.meta.url), 'utf8'),
);
const { embeddingSeeds } = samples[0];

/** "Reads" prompts as random embeddings, which the fixture drew from the same seeds. */
const encoder: TextEncoder = {
	width: 48,
	encode: async (prompt) => {
		const seed = prompt === '' ? embeddingSeeds.unconditional : embeddingSeeds.conditional;
		return { embedding: new TorchGenerator(seed).randn([77, 48]), tokensCut: 0 };
	},
	tokensCut: () => 0,
	close: async () => {},
};

let denoiser: ReturnType<typeof createDenoiser>;

beforeAll(async () => {
	const directory = fileURLToPath(new URL('../../fixtures/unet/stage1', import.meta.url));
	const config = await readUNetConfig(`${directory}/config.json`);
	const checkpoint = await openCheckpoint(directory, 'full');
	const { weightsFolder } = checkpoint;
	const weights = new Weights(checkpoint);
	const options = { dtype: 'float32', fusedAttention: true } as const;
	const open = (graph: Graph) =>
		openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'speed', weightsFolder });
	denoiser = createDenoiser({
		config,
		schedule: scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json'),
		encoder,
		sizes: [1, 2],
		prompt: await open(promptGraph(config, weights, options)),
		step: await open(stepGraph(config, weights, options)),
	});
});

afterAll(() => denoiser.close());

it.each(samples)('$steps steps of $sampler with guidance end where diffusers ends', async (expected) => {
	const { sampler, steps, guidanceScale, seed } = expected;
	const progress: StepProgress[] = [];
	const { images } = await textToImage(
		{
			kind: 'generate',
			model: 'stage1',
			prompt: 'a prompt',
			negativePrompt: '',
			count: 1,
			seed,
			steps,
			guidanceScale,
			sampler,
		},
		{
			denoiser,
			loadImage: () => Promise.reject(new Error('there is no picture here')),
			signal: new AbortController().signal,
			onStep: (step) => progress.push(step),
		},
	);
	expect(progress).toHaveLength(10);
	expect(relativeRms(images[0].pixels, unpack(expected.result))).toBeLessThan(1e-3);
});
