import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { type JobOf, SAMPLER_NAMES } from '../../../gpu/jobs/index.ts';
import { hybrid } from '../../../gpu/pipelines/hybrid.ts';
import { map, mean, sum, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { decompose } from '../../../gpu/views/index.ts';
import { relativeRms } from '../diffusion/golden.ts';
import { pictureOf, SAMPLING, SIDE, toyContext } from './toy.ts';

const job: JobOf<'hybrid'> = { kind: 'hybrid', ...SAMPLING, prompts: ['sky', 'stripes'], decomposition: 'frequency' };

async function make(changes: Partial<JobOf<'hybrid'>> = {}, context = toyContext()): Promise<Tensor> {
	const { images } = await hybrid({ ...job, ...changes }, context);
	expect(images).toHaveLength(1);
	expect(images[0].seed).toBe(job.seed);
	return images[0].pixels;
}

/** The sum of component i of pictures[i]. */
function composed(decomposition: string, pictures: readonly Tensor[]): Tensor {
	return sum(decompose({ decomposition }, SIDE).map((component, i) => component(pictures[i])));
}

describe('hybrid', () => {
	it.each([
		['frequency', ['sky', 'stripes']],
		['motion', ['stripes', 'sky']],
		['triple', ['sky', 'stripes', '']],
	])('sums the components of each prompt’s picture (%s)', async (decomposition, prompts) => {
		const pixels = await make(
			{ decomposition, prompts: prompts.map((prompt) => prompt || 'nothing') },
			nothingContext(),
		);
		const expected = composed(
			decomposition,
			prompts.map((prompt) => pictureOf(prompt)),
		);
		expect(relativeRms(pixels, expected)).toBeLessThan(1e-3);
		expect(
			relativeRms(
				pixels,
				composed(
					decomposition,
					prompts.toReversed().map((prompt) => pictureOf(prompt)),
				),
			),
		).toBeGreaterThan(0.3);
	});

	it.each(SAMPLER_NAMES.filter((name) => name !== 'course'))(
		'takes the greys of the first prompt and the colours of the second (%s)',
		async (sampler) => {
			// The toy's pictures are grey, so the second contributes nothing.
			const pixels = await make({ decomposition: 'color', sampler });
			expect(relativeRms(pixels, pictureOf('sky'))).toBeLessThan(1e-3);
		},
	);

	it('averages whole variances', async () => {
		// The course's step adds noise by the variance alone. Compare with a network that returns that mean itself.
		const oneStep = { steps: 1, sampler: 'course' } as const;
		const context = toyContext();
		const { denoiser } = context;
		const predict = denoiser.predict.bind(denoiser);
		const variance = map(mean([pictureOf('sky'), pictureOf('stripes')]), (value) => value / 2);
		denoiser.predict = async (...call) => ({ ...(await predict(...call)), variance });
		expect(relativeRms(await make(oneStep), await make(oneStep, context))).toBeLessThan(1e-6);
	});

	it('calls the network for all prompts and branches at once', async () => {
		const context = toyContext();
		await make({ guidanceScale: 3 }, context);
		expect(context.denoiser.calls).toHaveLength(4 * SAMPLING.steps);
		expect(context.denoiser.calls.slice(0, 4).map(({ waiting }) => waiting)).toEqual([0, 1, 2, 3]);
	});

	it('ranks tries by each prompt in its own component', async () => {
		// The filter is wide enough to separate the toy's few pixels: the sky is coarse, and stripes are all detail.
		const wide = { ...job, sampler: 'course', sigma: 16 } as const;
		const { images } = await hybrid({ ...wide, tries: 2 }, toyContext());
		expect(images.map(({ seed }) => seed).sort()).toEqual([180, 181]);
		for (const { seed, pixels, score } of images) {
			const alone = await hybrid({ ...wide, seed }, toyContext());
			expect(alone.images).toEqual([{ seed, pixels }]);
			expect(score).toBeGreaterThan(0.9); // in the whole picture, the stripes outweigh the sky
		}
	});

	it('works with a network that learned no variance', async () => {
		const context = toyContext();
		const { denoiser } = context;
		const predict = denoiser.predict.bind(denoiser);
		denoiser.predict = async (...call) => ({ noise: (await predict(...call)).noise });
		expect((await make({}, context)).data.every(Number.isFinite)).toBe(true);
	});

	it.each<[Partial<JobOf<'hybrid'>>, string]>([
		[{ prompts: ['sky'] }, 'needs 2 prompts'],
		[{ decomposition: 'wavelet' }, 'There is no kind of hybrid "wavelet"'],
		[{ kernel: 32 }, 'kernel must be an odd'],
	])('refuses %j', async (changes, sentence) => {
		await expect(make(changes)).rejects.toThrow(UserError);
		await expect(make(changes)).rejects.toThrow(sentence);
	});

	it('names the prompt that was too long', async () => {
		const context = toyContext();
		context.denoiser.tokensCut = async (prompt?: string) => (prompt === 'sky' ? 1 : 0);
		const { notes } = await hybrid({ ...job, steps: 10 }, context);
		expect(notes).toEqual(['The prompt “sky” was too long: its last token was not read.']);
	});
});

describe('a hybrid with a reference', () => {
	const reference = 'a'.repeat(64);

	it('ends with the picture’s component, exactly, and the other from the prompt', async () => {
		// The toy's only picture is the sky. Grey is a projection, so the result's grey equals the picture's.
		const colourful = nothingContext();
		const changes = { decomposition: 'color', prompts: ['stripes'], reference };
		const pixels = await make(changes, colourful);
		expect(relativeRms(pixels, pictureOf('sky'))).toBeLessThan(1e-6);
		const swapped = await make({ ...changes, referenceComponent: 1 }, nothingContext());
		expect(relativeRms(swapped, pictureOf('stripes'))).toBeLessThan(1e-3);
	});

	it('combines coarse shapes from the picture with fine detail from the prompt, or the other way round', async () => {
		const low = await make({ prompts: ['stripes'], reference });
		const expected = composed('frequency', [pictureOf('sky'), pictureOf('stripes')]);
		expect(relativeRms(low, expected)).toBeLessThan(0.35);
		const high = await make({ prompts: ['stripes'], reference, referenceComponent: 1 });
		const other = composed('frequency', [pictureOf('stripes'), pictureOf('sky')]);
		expect(relativeRms(high, other)).toBeLessThan(0.35);
		expect(relativeRms(low, other)).toBeGreaterThan(0.6);
	});

	it('judges tries without the picture’s component', async () => {
		const changes = { prompts: ['stripes'], reference, sigma: 16, tries: 2 };
		const { images } = await hybrid({ ...job, ...changes }, toyContext());
		for (const { score } of images) expect(score).toBeGreaterThan(0.9);
	});

	it('calls the network only for the prompts, and loads the picture that the job names', async () => {
		const asked: string[] = [];
		const context = toyContext({
			loadImage: async (ref) => {
				asked.push(ref);
				return pictureOf('sky');
			},
		});
		await make({ prompts: ['stripes'], reference }, context);
		expect(asked).toEqual([reference]);
		expect(context.denoiser.calls.map(({ prompt }) => prompt)).toEqual(Array(SAMPLING.steps).fill('stripes'));
	});

	it('gives the network the picture noised to the current timestep', async () => {
		const context = toyContext();
		const { denoiser } = context;
		await make({ decomposition: 'color', prompts: ['stripes'], reference, steps: 500 }, context);
		const seen = denoiser.calls;
		for (const { x, t } of [seen[0], seen[250], seen[499]]) {
			const alphaCumprod = denoiser.schedule.alphasCumprod[t];
			const noise = map(x, (value, i) => value - Math.sqrt(alphaCumprod) * pictureOf('sky').data[i]);
			const [greyNoise] = decompose({ decomposition: 'color' }, SIDE).map((component) => component(noise));
			// The mean of three channels of noise has a third of the variance.
			const variance = mean([map(greyNoise, (value) => value ** 2)]).data.reduce((a, b) => a + b) / noise.data.length;
			expect((3 * variance) / (1 - alphaCumprod)).toBeGreaterThan(0.6);
			expect((3 * variance) / (1 - alphaCumprod)).toBeLessThan(1.6);
		}
	});
});

/** A toy whose prompt "nothing" shows nothing. */
function nothingContext() {
	const context = toyContext();
	const { denoiser } = context;
	const predict = denoiser.predict.bind(denoiser);
	denoiser.predict = (x, t, condition) =>
		predict(x, t, condition.prompt === 'nothing' ? { ...condition, prompt: '' } : condition);
	return context;
}
