import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { planSampling } from '../../../gpu/diffusion/plan.ts';
import { CLASSIFIER_TIMESTEPS } from '../../../gpu/jobs/index.ts';
import { promptEstimate } from '../../../gpu/pipelines/prompts.ts';
import { type SoughtReading, sampleTries, scoreOf } from '../../../gpu/pipelines/tries.ts';
import { combine, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { VIEWS } from '../../../gpu/views/index.ts';
import { pictureOf, SAMPLING, SIDE, ToyDenoiser, toyContext } from './toy.ts';

const flip = (x: Tensor) => VIEWS.flip.create(SIDE).apply(x);
const upright: SoughtReading = { prompt: 'sky', look: (x) => x };

/** Seeds below 200 make the sky, 200 to 299 stripes, and 300 and above nothing. */
function tries(job: { seed: number; tries?: number }, context = toyContext()) {
	const { denoiser } = context;
	return sampleTries(
		job,
		[upright],
		(seed) => {
			const source = new TorchGenerator(seed);
			const prompt = seed < 200 ? 'sky' : seed < 300 ? 'stripes' : '';
			return {
				...planSampling(SAMPLING),
				schedule: denoiser.schedule,
				x: source.randn(denoiser.shape),
				estimate: promptEstimate(denoiser, prompt, { negativePrompt: '', guidanceScale: 1 }),
				source,
			};
		},
		context,
	);
}

describe('scoreOf', () => {
	it('is high only if every reading shows its prompt', async () => {
		const readings = [upright, { prompt: 'stripes', look: flip }];
		const score = (picture: Tensor) => scoreOf(new ToyDenoiser(), picture, readings);
		const both = combine(0.5, pictureOf('sky'), 0.5, flip(pictureOf('stripes')));
		expect(await score(both)).toBeGreaterThan(0.2);
		expect(await score(pictureOf('stripes'))).toBeLessThan(0.01);
		expect(await score(flip(pictureOf('sky')))).toBeLessThan(0.01);
		expect(await score(pictureOf(''))).toBeLessThan(0.01);
	});

	it('is high for a single reading only if it shows anything', async () => {
		expect(await scoreOf(new ToyDenoiser(), pictureOf('sky'), [upright])).toBeGreaterThan(0.99);
		expect(await scoreOf(new ToyDenoiser(), pictureOf(''), [upright])).toBeLessThan(0.01);
	});

	it('looks at the picture in the way of its reading', async () => {
		const upsideDown = { ...upright, look: flip };
		expect(await scoreOf(new ToyDenoiser(), flip(pictureOf('sky')), [upsideDown])).toBeGreaterThan(0.99);
		expect(await scoreOf(new ToyDenoiser(), flip(pictureOf('sky')), [upright])).toBeLessThan(0.5);
	});
});

describe('sampleTries', () => {
	it('puts the best of consecutive seeds first', async () => {
		const images = await tries({ seed: 198, tries: 4 });
		expect(images.map(({ seed }) => seed).slice(2)).toEqual(expect.arrayContaining([200, 201]));
		const scores = images.map(({ score }) => score!);
		expect(scores).toEqual([...scores].sort((a, b) => b - a));
		expect(scores[1]).toBeGreaterThan(0.9);
		expect(scores[2]).toBeLessThan(0.1);
	});

	it('gives each seed the same picture and score alone as with others', async () => {
		const images = await tries({ seed: 299, tries: 3 });
		expect(images).toHaveLength(3);
		for (const { seed, pixels, score } of images) {
			const [alone] = await tries({ seed });
			expect(alone).toEqual({ seed, pixels });
			const elsewhere = await tries({ seed: seed - 1, tries: 2 });
			expect(elsewhere.find((image) => image.seed === seed)?.score).toBe(score);
		}
	});

	it('continues from the largest seed at 0', async () => {
		const images = await tries({ seed: 2 ** 32 - 1, tries: 2 });
		expect(images.map(({ seed }) => seed)).toEqual([0, 2 ** 32 - 1]);
	});

	it('does not judge a single try', async () => {
		const context = toyContext();
		const [image] = await tries({ seed: 1, tries: 1 }, context);
		expect(image).not.toHaveProperty('score');
		expect(context.denoiser.calls).toHaveLength(SAMPLING.steps);
	});

	it('samples all tries at once, and makes all calls for judging one at once', async () => {
		const context = toyContext();
		await tries({ seed: 1, tries: 3 }, context);
		const judging = 2 * CLASSIFIER_TIMESTEPS.length; // with and without the prompt
		const { calls } = context.denoiser;
		expect(calls).toHaveLength(3 * (SAMPLING.steps + judging));
		expect(calls.slice(0, 3).map(({ waiting }) => waiting)).toEqual([0, 1, 2]);
		const first = calls.slice(3 * SAMPLING.steps).slice(0, judging);
		expect(first.map(({ waiting }) => waiting)).toEqual(first.map((_, i) => i));
	});

	it('counts judging a picture as a step', async () => {
		const context = toyContext();
		await tries({ seed: 1, tries: 2 }, context);
		const total = 2 * SAMPLING.steps + 2;
		expect(context.steps.map(({ done }) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
		expect(new Set(context.steps.map((step) => step.total))).toEqual(new Set([total]));
	});

	it('stops within a picture when cancelled while judging', async () => {
		const controller = new AbortController();
		const reason = new Error('cancelled');
		const context = toyContext({ signal: controller.signal });
		context.onStep = ({ done }) => {
			if (done === 4 * SAMPLING.steps + 1) controller.abort(reason);
		};
		await expect(tries({ seed: 1, tries: 4 }, context)).rejects.toBe(reason);
		const judging = 2 * CLASSIFIER_TIMESTEPS.length;
		expect(context.denoiser.calls.length).toBeLessThanOrEqual(4 * SAMPLING.steps + 2 * judging);
	});
});
