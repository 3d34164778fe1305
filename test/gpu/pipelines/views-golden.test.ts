/** Compares a toy network's anagrams and hybrids with an independent PyTorch version (test/fixtures/views/make.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import type { SamplerName } from '../../../gpu/jobs/index.ts';
import { anagram } from '../../../gpu/pipelines/anagram.ts';
import { hybrid } from '../../../gpu/pipelines/hybrid.ts';
import type { PipelineContext, PipelineResult } from '../../../gpu/pipelines/pipeline.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';
import { DEEPFLOYD_CONFIG, type Packed, relativeRms, unpack } from '../diffusion/golden.ts';
import { toy } from '../diffusion/toy-network.ts';

interface Golden {
	readonly size: number;
	readonly scale: number;
	readonly seed: number;
	readonly every: number;
	readonly anagrams: readonly { readonly sampler: SamplerName; readonly views: string[]; readonly result: Packed }[];
	readonly hybrids: readonly {
		readonly sampler: SamplerName;
		readonly decomposition: string;
		readonly referenceComponent: number | null;
		readonly prompts: number;
		readonly result: Packed;
	}[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('../../fixtures/views/pictures.json', import.meta.url), 'utf8'));
const { size, every } = golden;

/** The toy's number for a prompt; the unconditional branch is 0. */
const context: PipelineContext = {
	denoiser: {
		shape: [3, size, size],
		schedule: scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json'),
		predict: async (x, t, { prompt }) => toy(x, t, Number(prompt)),
		tokensCut: async () => 0,
	},
	loadImage: async () => reference(),
	loadBytes: async () => encodePng(reference()),
	signal: new AbortController().signal,
	onStep() {},
};

/** The function `picture` of make.py. */
function reference(): Tensor {
	const data = Float32Array.from({ length: 3 * size ** 2 }, (_, i) => {
		const [channel, row, column] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
		return Math.sin(0.1 * (channel + 1) * row + 0.07 * column);
	});
	return tensor(data, [3, size, size]);
}

const sampling = (sampler: SamplerName) => ({
	model: 'toy',
	seed: golden.seed,
	guidanceScale: golden.scale,
	negativePrompt: '',
	sampler,
	steps: sampler === 'course' ? 1 : 2,
});

const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1));

/** The pixels that the fixture records. */
function sparse({ images: [{ pixels }] }: PipelineResult): Tensor {
	const side = size / every;
	const data = Float32Array.from({ length: 3 * side ** 2 }, (_, i) => {
		const [channel, row, column] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
		return pixels.data[(channel * size + row * every) * size + column * every];
	});
	return tensor(data, [3, side, side]);
}

describe('PyTorch agrees on', () => {
	it.each(golden.anagrams)(
		'an anagram through $views with the sampler $sampler',
		async ({ sampler, views, result }) => {
			const prompts = numbered(views.length + 1);
			const made = await anagram({ kind: 'anagram', ...sampling(sampler), prompts, views }, context);
			expect(relativeRms(sparse(made), unpack(result))).toBeLessThan(1e-5);
		},
	);

	it.each(golden.hybrids)(
		'a hybrid by $decomposition with the sampler $sampler, reference for $referenceComponent',
		async ({ sampler, decomposition, referenceComponent, prompts, result }) => {
			const made = await hybrid(
				{
					kind: 'hybrid',
					...sampling(sampler),
					prompts: numbered(prompts),
					decomposition,
					...(referenceComponent !== null && { reference: 'a'.repeat(64), referenceComponent }),
				},
				context,
			);
			expect(relativeRms(sparse(made), unpack(result))).toBeLessThan(1e-5);
		},
	);
});
