/** Compares whole guided runs through a real graph (pipeline, batching, UNet, sampler and noise) with diffusers' own loops. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InpaintRule, SamplerName } from '../../../gpu/jobs/index.ts';
import { inpaint } from '../../../gpu/pipelines/inpaint.ts';
import type { PipelineContext, StepProgress } from '../../../gpu/pipelines/pipeline.ts';
import { sdedit } from '../../../gpu/pipelines/sdedit.ts';
import { textToImage } from '../../../gpu/pipelines/text-to-image.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { map } from '../../../gpu/tensor/tensor.ts';
import { type Packed, relativeRms, unpack } from '../diffusion/golden.ts';
import { type EmbeddingSeeds, openTinyIf } from './tiny-if.ts';
import { wholly } from './toy.ts';

/** From test/fixtures/diffusion/make_unet_samples.py. */
interface UNetSample {
	sampler: SamplerName;
	steps: number;
	guidanceScale: number;
	seed: number;
	embeddingSeeds: EmbeddingSeeds;
	result: Packed;
}

/** From test/fixtures/diffusion/make_pipeline_samples.py. */
interface PipelineSamples {
	seed: number;
	guidanceScale: number;
	embeddingSeeds: EmbeddingSeeds;
	picture: Packed;
	mask: Packed;
	img2img: { steps: number; start: number; result: Packed };
	inpainting: { rule: InpaintRule; sampler: SamplerName; steps: number; strength: number; result: Packed }[];
}

const read = (name: string) =>
	JSON.parse(readFileSync(new URL(`../../fixtures/diffusion/${name}.json`, import.meta.url), 'utf8'));
const samples: UNetSample[] = read('unet-samples');
const fromPictures: PipelineSamples = read('pipeline-samples');

let denoiser: Awaited<ReturnType<typeof openTinyIf>>;

beforeAll(async () => {
	expect(fromPictures.embeddingSeeds).toEqual(samples[0].embeddingSeeds);
	denoiser = await openTinyIf(samples[0].embeddingSeeds);
});

afterAll(() => denoiser.close());

const nothing = () => Promise.reject(new Error('there is no picture here'));

function contextWith(changes: Partial<PipelineContext> = {}): PipelineContext {
	const { signal } = new AbortController();
	return { denoiser, loadImage: nothing, loadBytes: nothing, signal, onStep() {}, ...changes };
}

const prompts = { model: 'stage1', prompt: 'a prompt', negativePrompt: '' };

it.each(samples)('$steps guided steps of $sampler agree with diffusers', async (expected) => {
	const { sampler, steps, guidanceScale, seed } = expected;
	const progress: StepProgress[] = [];
	const { images } = await textToImage(
		{ kind: 'generate', ...prompts, count: 1, seed, steps, guidanceScale, sampler },
		contextWith({ onStep: (step) => progress.push(step) }),
	);
	expect(progress).toHaveLength(10);
	expect(relativeRms(images[0].pixels, unpack(expected.result))).toBeLessThan(1e-3);
});

describe('from a picture', () => {
	const { seed, guidanceScale, img2img, inpainting } = fromPictures;
	const picture = unpack(fromPictures.picture);
	const image = 'a'.repeat(64);
	const mask = 'b'.repeat(64);
	/** White where the fixture's mask is 1. */
	const maskPng = () => {
		const { data } = unpack(fromPictures.mask);
		return encodePng(map(picture, (_, i) => 2 * data[i % data.length] - 1));
	};
	const context = () =>
		contextWith({
			loadImage: async () => picture,
			loadBytes: async (ref) => (ref === mask ? maskPng() : encodePng(picture)),
		});

	it('an edit agrees with IFImg2ImgPipeline', async () => {
		const { steps, start, result } = img2img;
		const { images } = await sdedit(
			{ kind: 'edit', ...prompts, image, starts: [start], seed, steps, guidanceScale, sampler: 'ddpm' },
			context(),
		);
		expect(relativeRms(images[0].pixels, unpack(result))).toBeLessThan(1e-3);
	});

	it.each(inpainting)(
		'inpainting with the rule $rule at strength $strength agrees with its reference',
		async (expected) => {
			const { rule, sampler, steps, strength, result } = expected;
			const { images } = await wholly(inpaint)(
				{
					...{ kind: 'inpaint', ...prompts, image, area: { by: 'mask', mask }, feather: 0, rule, count: 1 },
					...{ jumpLength: 10, resamples: 10, seed, steps, guidanceScale, sampler },
					...(strength < 1 && { strength }),
				},
				context(),
			);
			expect(relativeRms(images[0].pixels, unpack(result))).toBeLessThan(1e-3);
		},
	);
});
