/** Compares Part A's exercises with the assignment's formulas in plain PyTorch (test/fixtures/course/check.py). */
import { expect, it } from 'vitest';
import { squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import { anagram } from '../../../gpu/pipelines/anagram.ts';
import { denoise } from '../../../gpu/pipelines/denoise.ts';
import { forwardProcess } from '../../../gpu/pipelines/forward-process.ts';
import { hybrid } from '../../../gpu/pipelines/hybrid.ts';
import { inpaint } from '../../../gpu/pipelines/inpaint.ts';
import type { PipelineContext, PipelineResult } from '../../../gpu/pipelines/pipeline.ts';
import { sdedit } from '../../../gpu/pipelines/sdedit.ts';
import { textToImage } from '../../../gpu/pipelines/text-to-image.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';
import { type ByTimestep, check, levelsApart } from './course-check.ts';
import { wholly } from './toy.ts';

const SIDE = 64;
const SHAPE = [3, SIDE, SIDE];

/** A picture from a formula, rounded to 8-bit levels. */
function drawn(at: (channel: number, row: number, column: number) => number): Tensor {
	const data = Float32Array.from({ length: 3 * SIDE ** 2 }, (_, i) => {
		const value = at(Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE);
		return Math.round((value + 1) * 127.5) / 127.5 - 1;
	});
	return tensor(data, SHAPE);
}

const testPicture = drawn((c, row, column) => 0.8 * Math.sin(0.2 * row + c) * Math.sin(0.15 * column));

/** The standard deviation of a prompt's pictures. */
const SPREAD = 0.25;

const means = Object.fromEntries(
	['', 'first', 'second'].map((prompt, number) => {
		const wave = (c: number, row: number, column: number) =>
			0.06 * number * Math.sin(0.13 * (number + 1) * row + 0.5 * c) * Math.cos(0.11 * number * column + 0.3 * c);
		return [prompt, drawn(wave)];
	}),
);

const schedule = { alphasCumprod: squaredcosCapV2(1000) };

const context: PipelineContext = {
	denoiser: {
		shape: SHAPE as [number, number, number],
		schedule,
		predict: async (x, t, { prompt }) => {
			const bar = schedule.alphasCumprod[t];
			const mean = means[prompt].data;
			return {
				noise: map(
					x,
					(value, i) => (Math.sqrt(1 - bar) * (value - Math.sqrt(bar) * mean[i])) / (bar * SPREAD ** 2 + 1 - bar),
				),
				variance: map(x, (_, i) => Math.tanh(mean[i] + Math.sin(0.004 * t))),
			};
		},
		tokensCut: async () => 0,
	},
	loadImage: async () => testPicture,
	loadBytes: async () => encodePng(testPicture),
	signal: new AbortController().signal,
	onStep() {},
};

const { seed } = check;
const image = 'a'.repeat(64);
const levels = [250, 500, 750];
const sampling = { model: 'toy', seed, guidanceScale: check.guidance, negativePrompt: '', sampler: 'course' } as const;
const descent = {
	kind: 'denoise',
	prompt: 'first',
	image,
	levels,
	states: 'strip',
	...sampling,
	guidanceScale: 1,
} as const;

/** Expects a role's pictures to match PyTorch's with the same timesteps. */
function expectByTimestep({ images }: PipelineResult, role: string, expected: ByTimestep) {
	const made = images.filter((each) => each.role === role);
	expect(made.map(({ t }) => t).sort((a, b) => a! - b!)).toEqual(Object.keys(expected).map(Number));
	for (const { pixels, t } of made) expect(levelsApart(pixels, expected[t!])).toBeLessThanOrEqual(1);
}

it('1.1, the forward process', async () => {
	expectByTimestep(
		await forwardProcess({ kind: 'noise', model: 'toy', seed, image, levels }, context),
		'noisy',
		check.forward,
	);
});

it('1.2, the blur', async () => {
	const { sigma, kernel, results } = check.blur;
	expectByTimestep(await denoise({ ...descent, method: 'blur', sigma, kernel }, context), 'blurred', results);
});

it('1.3, one step', async () => {
	expectByTimestep(await denoise({ ...descent, method: 'one-step' }, context), 'one-step', check.oneStep);
});

it('1.4, step by step, every fifth state', async () => {
	const { start, states, result } = check.iterative;
	const made = await denoise({ ...descent, method: 'iterative', start }, context);
	expectByTimestep(made, 'state', states);
	expect(levelsApart(made.images.at(-1)!.pixels, result)).toBeLessThanOrEqual(1);
});

it.each([
	['1.5, sampling', 1, check.sample],
	['1.6, guidance', check.guidance, check.guided],
])('%s', async (_, guidanceScale, expected) => {
	const { images } = await textToImage(
		{ kind: 'generate', prompt: 'first', count: 1, ...sampling, guidanceScale },
		context,
	);
	expect(levelsApart(images[0].pixels, expected)).toBeLessThanOrEqual(1);
});

it('1.7, edits from every start', async () => {
	const starts = Object.keys(check.edits).map(Number);
	const { images } = await sdedit({ kind: 'edit', prompt: 'first', image, starts, ...sampling }, context);
	for (const [i, start] of starts.entries()) {
		expect(levelsApart(images[i].pixels, check.edits[start])).toBeLessThanOrEqual(1);
	}
});

it('1.7.2, inpainting', async () => {
	const { region, result } = check.inpainting;
	const rule = { rule: 'course', feather: 0, jumpLength: 10, resamples: 10, count: 1 } as const;
	const area = { by: 'region', region } as const;
	const { images } = await wholly(inpaint)(
		{ kind: 'inpaint', prompt: 'first', image, area, ...rule, ...sampling },
		context,
	);
	expect(levelsApart(images[0].pixels, result)).toBeLessThanOrEqual(1);
});

it('1.8, anagrams', async () => {
	const prompts = ['first', 'second'];
	const { images } = await anagram({ kind: 'anagram', prompts, views: ['flip'], ...sampling }, context);
	expect(levelsApart(images[0].pixels, check.anagram)).toBeLessThanOrEqual(1);
});

it('1.9, hybrids', async () => {
	const prompts = ['first', 'second'];
	const { images } = await hybrid({ kind: 'hybrid', prompts, decomposition: 'frequency', ...sampling }, context);
	expect(levelsApart(images[0].pixels, check.hybrid)).toBeLessThanOrEqual(1);
});
