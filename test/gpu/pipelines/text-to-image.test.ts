import { describe, expect, it } from 'vitest';
import { type JobOf, SAMPLER_NAMES } from '../../../gpu/jobs/index.ts';
import { textToImage } from '../../../gpu/pipelines/text-to-image.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { relativeRms } from '../diffusion/golden.ts';
import { pictureOf, SAMPLING, toyContext } from './toy.ts';

const job: JobOf<'generate'> = { kind: 'generate', ...SAMPLING, prompt: 'sky', count: 1 };

describe('textToImage', () => {
	it.each(SAMPLER_NAMES.filter((name) => name !== 'course'))(
		'makes the picture that the network knows under the prompt (%s)',
		async (sampler) => {
			const { images, notes } = await textToImage({ ...job, sampler, steps: 9 }, toyContext());
			expect(images).toHaveLength(1);
			expect(relativeRms(images[0].pixels, pictureOf('sky'))).toBeLessThan(1e-3);
			expect(notes).toEqual([]);
		},
	);

	it('makes the same bytes for the same seed, and different ones for another', async () => {
		const bytes = async (seed: number) => {
			const { images } = await textToImage({ ...job, sampler: 'course', seed }, toyContext());
			return encodePng(images[0].pixels);
		};
		const first = await bytes(180);
		expect(first.equals(await bytes(180))).toBe(true);
		expect(first.equals(await bytes(181))).toBe(false);
	});

	it.each(SAMPLER_NAMES)('makes each of several pictures as it would be alone (%s)', async (sampler) => {
		const together = await textToImage({ ...job, sampler, count: 3, seed: 2 ** 32 - 2 }, toyContext());
		expect(together.images.map(({ seed }) => seed)).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0]);
		for (const { pixels, seed } of together.images) {
			const alone = await textToImage({ ...job, sampler, seed }, toyContext());
			expect(alone.images[0].pixels).toEqual(pixels);
		}
	});

	it('calls the network for all pictures and branches at once', async () => {
		const context = toyContext();
		await textToImage({ ...job, count: 3, guidanceScale: 4 }, context);
		expect(context.denoiser.calls).toHaveLength(2 * 3 * SAMPLING.steps);
		expect(context.denoiser.calls.slice(0, 6).map(({ waiting }) => waiting)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(context.denoiser.calls.slice(0, 2).map(({ prompt }) => prompt)).toEqual(['sky', '']);
	});

	it('calls the network only for the prompt without guidance', async () => {
		const context = toyContext();
		await textToImage(job, context);
		expect(context.denoiser.calls.map(({ prompt }) => prompt)).toEqual(Array(SAMPLING.steps).fill('sky'));
	});

	it('starts from noise of a likely colour and clips, with its model’s own sampling', async () => {
		const recipe = { timesteps: [990, 500, 0], clips: true, startColours: [0.8] };
		const { steps: _, ...own } = job;
		const context = toyContext();
		const { images } = await textToImage({ ...own, sampler: 'ddim', recipe }, context);
		const [{ x, t }] = context.denoiser.calls;
		expect(context.denoiser.calls.map((call) => call.t)).toEqual(recipe.timesteps);
		const mean = x.data.reduce((sum, value) => sum + value, 0) / x.data.length;
		expect(mean).toBeCloseTo(0.8 * Math.sqrt(context.denoiser.schedule.alphasCumprod[t]), 6);
		expect(relativeRms(images[0].pixels, pictureOf('sky'))).toBeLessThan(1e-3);
		// The picture keeps white and black, where thresholding would divide by more than 1.
		expect(Math.max(...images[0].pixels.data)).toBeCloseTo(1, 4);
	});

	it('guides away from the negative prompt', async () => {
		const guided = { ...job, guidanceScale: 1.5, negativePrompt: 'stripes', sampler: 'course' as const };
		const { images } = await textToImage(guided, toyContext());
		const column = (index: number) => images[0].pixels.data.filter((_, i) => i % 8 === index).reduce((a, b) => a + b);
		expect(column(0)).toBeGreaterThan(column(1)); // the stripes are darker in column 0
	});

	it('counts the steps of all pictures and shows the first', async () => {
		const context = toyContext();
		await textToImage({ ...job, count: 2 }, context);
		expect(context.steps.map(({ done }) => done)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
		expect(new Set(context.steps.map(({ total }) => total))).toEqual(new Set([12]));
		const alone = toyContext();
		await textToImage(job, alone);
		expect(context.steps.at(-1)!.x0).toEqual(alone.steps.at(-1)!.x0);
	});

	it('has a note if its steps start below pure noise', async () => {
		const { notes } = await textToImage({ ...job, steps: 3 }, toyContext());
		expect(notes).toMatchObject([expect.stringContaining('timestep 666 of 999')]);
	});

	it('has a note if a prompt was too long', async () => {
		const context = toyContext();
		context.denoiser.tokensCut = async (text?: string) => (text === job.prompt ? 12 : 0);
		const { notes } = await textToImage({ ...job, steps: 10 }, context);
		expect(notes).toEqual(['The prompt “sky” was too long: its last 12 tokens were not read.']);
	});

	it('has a note if a prompt was read as another one', async () => {
		const context = toyContext();
		const readAs = (text: string) => (text === job.prompt ? 'skies' : undefined);
		const { notes } = await textToImage(
			{ ...job, steps: 10 },
			{ ...context, denoiser: Object.assign(context.denoiser, { readAs }) },
		);
		expect(notes).toEqual(['“sky” was read as “skies”.']);
	});

	it('stops within a step when cancelled', async () => {
		const controller = new AbortController();
		const reason = new Error('cancelled');
		const context = toyContext({ signal: controller.signal });
		context.onStep = ({ done }) => {
			if (done === 3) controller.abort(reason);
		};
		await expect(textToImage({ ...job, count: 2 }, context)).rejects.toBe(reason);
		const made = context.denoiser.calls.length;
		expect(made).toBeLessThanOrEqual(5); // two steps of two pictures, and a call in progress
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(context.denoiser.calls).toHaveLength(made);
	});

	it('stops all pictures if the network fails for one', async () => {
		const context = toyContext();
		const { denoiser } = context;
		const predict = denoiser.predict.bind(denoiser);
		const failure = new Error('out of memory');
		denoiser.predict = async (...call) => {
			const estimate = await predict(...call);
			if (denoiser.calls.length === 4) throw failure;
			return estimate;
		};
		await expect(textToImage({ ...job, count: 2 }, context)).rejects.toBe(failure);
		const made = denoiser.calls.length;
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(denoiser.calls).toHaveLength(made);
	});
});
