/** Stage II in the same job, against stage I and /upscale's pipeline one after the other. */
import { describe, expect, it } from 'vitest';
import { countEnlarged, enlargingOf, type JobOf, type Upscaler, workOf } from '../../../../gpu/jobs/index.ts';
import { PIPELINES } from '../../../../gpu/pipelines/index.ts';
import type { PipelineContext, PipelineResult, StagedPipeline } from '../../../../gpu/pipelines/pipeline.ts';
import { upscale } from '../../../../gpu/pipelines/upscale.ts';
import { pictureOf, SAMPLING, SIDE, ToyDenoiser, toyContext, wholly } from '../toy.ts';

type Kind = 'generate' | 'edit' | 'anagram' | 'hybrid';

const UPSCALER: Upscaler = { model: 'toy-two', guidanceScale: 4, noiseLevel: 50, timesteps: 'fast27' };

const JOBS: readonly JobOf<Kind>[] = [
	{ kind: 'generate', ...SAMPLING, prompt: 'sky', count: 2, negativePrompt: 'stripes' },
	{ kind: 'edit', ...SAMPLING, prompt: 'stripes', image: 'a'.repeat(64), starts: [1, 3], count: 2 },
	{ kind: 'anagram', ...SAMPLING, prompts: ['sky', 'stripes'], views: ['flip'] },
	{ kind: 'anagram', ...SAMPLING, prompts: ['sky', 'stripes'], views: ['flip'], tries: 3 },
	{ kind: 'hybrid', ...SAMPLING, prompts: ['sky', 'stripes'], decomposition: 'frequency', sigma: 1, kernel: 3 },
];

const run = (job: JobOf<Kind>, context = toyContext(), stageTwo = new ToyDenoiser(4 * SIDE)): Promise<PipelineResult> =>
	wholly(PIPELINES[job.kind] as StagedPipeline<Kind>, stageTwo)(job, context);

describe.each(JOBS)('stage II after %j', (job) => {
	it('makes what /upscale makes of its pictures, with the same seeds, and leaves the others', async () => {
		const small = await run(job);
		const large = await run({ ...job, upscaler: UPSCALER });
		expect(large.images).toHaveLength(small.images.length);
		for (const [i, { pixels, ...facts }] of small.images.entries()) {
			if (i >= countEnlarged(job)) {
				expect(large.images[i]).toEqual({ pixels, ...facts });
				continue;
			}
			const { model, ...settings } = UPSCALER;
			const enlarging: JobOf<'upscale'> = {
				...{ kind: 'upscale', model, sampler: 'ddpm', seed: facts.seed, negativePrompt: job.negativePrompt },
				...settings,
				...enlargingOf(job),
				image: 'b'.repeat(64),
			};
			const context = toyContext({ loadImage: async () => pixels });
			const { images } = await upscale(enlarging, { ...context, denoiser: new ToyDenoiser(4 * SIDE) });
			expect(large.images[i]).toEqual({ ...facts, pixels: images[0].pixels });
			expect(large.images[i].pixels.shape).toEqual([3, 4 * SIDE, 4 * SIDE]);
		}
	});

	it.each([{}, ...(job.kind === 'edit' ? [{ strength: 0.8 }] : [])])(
		'counts the steps of both stages, and costs as many evaluations as told (%j)',
		async (changes) => {
			const loadImage: PipelineContext['loadImage'] = async (_, { width } = {}) => pictureOf('sky', width);
			const [context, stageTwo] = [toyContext({ loadImage }), new ToyDenoiser(4 * SIDE)];
			const upscaled = { ...job, upscaler: { ...UPSCALER, ...changes } };
			await run(upscaled, context, stageTwo);
			const { steps } = context;
			expect(new Set(steps.map(({ total }) => total)).size).toBe(1);
			expect(steps.map(({ done }) => done)).toEqual(steps.map((_, i) => i + 1));
			expect(steps.at(-1)?.done).toBe(steps[0].total);
			expect(workOf(upscaled).map(({ model, evaluations }) => [model, evaluations])).toEqual([
				['toy', context.denoiser.calls.length],
				['toy-two', stageTwo.calls.length],
			]);
		},
	);
});
