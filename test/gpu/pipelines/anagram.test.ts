import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { type JobOf, SAMPLER_NAMES } from '../../../gpu/jobs/index.ts';
import { anagram } from '../../../gpu/pipelines/anagram.ts';
import { combine, mean, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { VIEWS } from '../../../gpu/views/index.ts';
import { relativeRms } from '../diffusion/golden.ts';
import { pictureOf, SAMPLING, SIDE, toyContext } from './toy.ts';

const flip = (x: Tensor) => VIEWS.flip.create(SIDE).apply(x);

const job: JobOf<'anagram'> = { kind: 'anagram', ...SAMPLING, prompts: ['stripes', 'sky'], views: ['flip'] };

async function make(changes: Partial<JobOf<'anagram'>> = {}): Promise<Tensor> {
	const { images } = await anagram({ ...job, ...changes }, toyContext());
	expect(images).toHaveLength(1);
	expect(images[0].seed).toBe(job.seed);
	return images[0].pixels;
}

describe('anagram', () => {
	it.each([
		['flip', [0.8, 0.4], 0.6],
		['negate', [0.8, 0.4], 0.2],
	])('starts through %s from the mean start colour, brought upright (%j -> %d)', async (view, startColours, colour) => {
		const context = toyContext();
		const { steps: _, ...own } = job;
		const recipe = { timesteps: [990, 0], clips: true, startColours };
		await anagram({ ...own, views: [view], recipe }, context);
		const [{ x, t }] = context.denoiser.calls;
		const mean = x.data.reduce((sum, value) => sum + value, 0) / x.data.length;
		expect(mean).toBeCloseTo(colour * Math.sqrt(context.denoiser.schedule.alphasCumprod[t]), 6);
	});

	it.each(SAMPLER_NAMES.filter((name) => name !== 'course'))(
		'makes the mean of the upright picture and the flipped one (%s)',
		async (sampler) => {
			const pixels = await make({ sampler });
			const expected = mean([pictureOf('stripes'), flip(pictureOf('sky'))]);
			expect(relativeRms(pixels, expected)).toBeLessThan(1e-3);
			expect(relativeRms(flip(pixels), expected)).toBeGreaterThan(0.5);
		},
	);

	it('makes the flipped picture if the prompts are swapped', async () => {
		const swapped = await make({ prompts: ['sky', 'stripes'] });
		expect(relativeRms(flip(swapped), await make())).toBeLessThan(1e-3);
	});

	it('also averages the variances, each brought upright', async () => {
		// The course's step adds noise by the variance alone. Compare with a network that returns that mean itself.
		const oneStep = { steps: 1, sampler: 'course' } as const;
		const v = mean([pictureOf('stripes'), flip(pictureOf('sky'))]);
		const context = toyContext();
		const { denoiser } = context;
		const predict = denoiser.predict.bind(denoiser);
		denoiser.predict = async (x, t, condition) => {
			const estimate = await predict(x, t, condition);
			const upright = combine(0.5, v, 0, v);
			return { ...estimate, variance: condition.prompt === 'sky' ? flip(upright) : upright };
		};
		const { images } = await anagram({ ...job, ...oneStep }, context);
		expect(relativeRms(await make(oneStep), images[0].pixels)).toBeLessThan(1e-6);
	});

	it('calls the network for all views and branches at once', async () => {
		const context = toyContext();
		await anagram({ ...job, guidanceScale: 3 }, context);
		expect(context.denoiser.calls).toHaveLength(4 * SAMPLING.steps);
		expect(context.denoiser.calls.slice(0, 4).map(({ waiting }) => waiting)).toEqual([0, 1, 2, 3]);
	});

	it('ranks tries by each prompt through its own view', async () => {
		const context = toyContext();
		const { images } = await anagram({ ...job, sampler: 'course', tries: 3 }, context);
		expect(images.map(({ seed }) => seed).sort()).toEqual([180, 181, 182]);
		for (const { seed, pixels, score } of images) {
			const alone = await anagram({ ...job, sampler: 'course', seed }, toyContext());
			expect(alone.images).toEqual([{ seed, pixels }]);
			expect(score).toBeGreaterThan(0.2); // each prompt shapes half of the picture; without its view the sky would be upside down
		}
		expect(context.denoiser.calls.slice(0, 6).map(({ waiting }) => waiting)).toEqual([0, 1, 2, 3, 4, 5]);
	});

	it('works with a network that learned no variance', async () => {
		const context = toyContext();
		const { denoiser } = context;
		const predict = denoiser.predict.bind(denoiser);
		denoiser.predict = async (...call) => ({ noise: (await predict(...call)).noise });
		const { images } = await anagram(job, context);
		expect(images[0].pixels.data.every(Number.isFinite)).toBe(true);
	});

	it('requires one view fewer than prompts, and existing views', async () => {
		const three = { ...job, prompts: ['sky', 'stripes', 'sky'] };
		await expect(anagram(three, toyContext())).rejects.toThrow(UserError);
		await expect(anagram(three, toyContext())).rejects.toThrow('3 prompts need 2 views');
		await expect(anagram({ ...job, views: ['flop'] }, toyContext())).rejects.toThrow('There is no view "flop"');
	});

	it('names the prompt that was too long', async () => {
		const context = toyContext();
		context.denoiser.tokensCut = async (prompt?: string) => (prompt === 'sky' ? 1 : 0);
		const { notes } = await anagram({ ...job, steps: 10 }, context);
		expect(notes).toEqual(['The prompt “sky” was too long: its last token was not read.']);
	});
});
