import { describe, expect, it } from 'vitest';
import { CLASSIFIER_TIMESTEPS } from '../../../gpu/jobs/index.ts';
import { classify } from '../../../gpu/pipelines/classify.ts';
import { combine, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { pictureOf, ToyDenoiser } from './toy.ts';

const PROMPTS = ['sky', 'stripes', ''];

describe('classify', () => {
	it.each(PROMPTS.map((prompt, index) => ({ prompt, index })))(
		'finds the prompt that a picture was made from: "$prompt"',
		async ({ prompt, index }) => {
			const probabilities = await classify(new ToyDenoiser(), pictureOf(prompt), PROMPTS, { seed: 1 });
			expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
			expect(probabilities[index]).toBeGreaterThan(0.999);
		},
	);

	it('is undecided about a picture halfway between two prompts, and prefers the nearer one', async () => {
		const blend = (share: number) => combine(share, pictureOf('sky'), 1 - share, pictureOf('stripes'));
		const skyIn = async (share: number) =>
			(await classify(new ToyDenoiser(), blend(share), ['sky', 'stripes'], { seed: 1 }))[0];
		expect(await skyIn(0.5)).toBeCloseTo(0.5, 4);
		expect(await skyIn(0.52)).toBeGreaterThan(0.55);
		expect(await skyIn(0.48)).toBeLessThan(0.45);
	});

	it('makes all calls at once, with the same noise for all prompts but different noise at each timestep', async () => {
		const denoiser = new ToyDenoiser();
		await classify(denoiser, pictureOf('sky'), PROMPTS, { seed: 1 });
		const seen = denoiser.calls.map(({ x }) => x);
		const asked = CLASSIFIER_TIMESTEPS.flatMap((t) => PROMPTS.map((prompt) => ({ t, prompt })));
		expect(denoiser.calls).toMatchObject(asked.map((call, waiting) => ({ ...call, waiting })));
		expect(new Set(seen.map(({ data }) => data.join())).size).toBe(CLASSIFIER_TIMESTEPS.length);
		for (const [i, x] of seen.entries()) expect(x.data).toEqual(seen[i - (i % PROMPTS.length)].data);
	});

	it('depends only on its seed', async () => {
		const noisy = combine(0.9, pictureOf('sky'), 0.1, pictureOf('stripes'));
		const judge = (seed: number) => classify(new ToyDenoiser(), noisy, PROMPTS, { seed });
		expect(await judge(7)).toEqual(await judge(7));
		expect(await judge(8)).not.toEqual(await judge(7));
	});

	it('clamps pictures to black and white, as they are shown', async () => {
		const glaring = combine(3, pictureOf('sky'), 0, pictureOf('sky'));
		const clamped = { ...glaring, data: glaring.data.map((value) => Math.min(1, Math.max(-1, value))) };
		const judge = (picture: Tensor) => classify(new ToyDenoiser(), picture, PROMPTS, { seed: 1 });
		expect(await judge(glaring)).toEqual(await judge(clamped));
	});

	it('gives a single prompt all of the probability', async () => {
		expect(await classify(new ToyDenoiser(), pictureOf('sky'), ['sky'], { seed: 1 })).toEqual([1]);
	});
});

/** bench/tries.ts measures more of them. */
