import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import type { JobOf } from '../../../gpu/jobs/index.ts';
import type { Condition } from '../../../gpu/models/denoiser.ts';
import type { PipelineContext } from '../../../gpu/pipelines/pipeline.ts';
import { upscale } from '../../../gpu/pipelines/upscale.ts';
import { decodeImage, encodePng } from '../../../gpu/tensor/image.ts';
import { resizeBilinear } from '../../../gpu/tensor/resize.ts';
import { combine, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { decompose, VIEWS } from '../../../gpu/views/index.ts';
import { relativeRms, unpack } from '../diffusion/golden.ts';
import { openTinyIf } from './tiny-if.ts';
import { pictureOf, SAMPLING, SIDE, toyContext } from './toy.ts';
import { upscaleSample } from './upscale-sample.ts';

const job: JobOf<'upscale'> = {
	kind: 'upscale',
	...SAMPLING,
	prompts: ['sky'],
	image: 'a'.repeat(64),
	noiseLevel: 250,
	through: { kind: 'views', views: [] },
};

const flip = (x: Tensor) => VIEWS.flip.create(SIDE).apply(x);

/** Loads "sky" at the requested size. */
const loadImage: PipelineContext['loadImage'] = async (_, { width = SIDE } = {}) =>
	decodeImage(await encodePng(pictureOf('sky')), width);

/** A context whose network records its conditions. */
function watchedContext() {
	const context = toyContext({ loadImage });
	const told: { x: Tensor; condition: Condition }[] = [];
	const predict = context.denoiser.predict.bind(context.denoiser);
	context.denoiser.predict = (x, t, condition) => {
		told.push({ x, condition });
		return predict(x, t, condition);
	};
	return { context, told };
}

it('agrees with diffusers’ super-resolution pipeline', async () => {
	const { config, embeddingSeeds, picture, seed, steps, guidanceScale, plain } = upscaleSample;
	const { noiseLevel, result } = plain;
	const denoiser = await openTinyIf(embeddingSeeds, { stage: 'stage2', scheduler: config });
	const context = toyContext({ loadImage: async () => unpack(picture) });
	const { images } = await upscale({ ...job, seed, steps, guidanceScale, noiseLevel }, { ...context, denoiser });
	await denoiser.close();
	expect(context.steps).toHaveLength(steps);
	expect(images[0].pixels.shape).toEqual([3, 16, 16]);
	expect(relativeRms(images[0].pixels, unpack(result))).toBeLessThan(1e-3);
});

describe('upscale', () => {
	it('gives the network the small picture, noised once, and the level', async () => {
		const { context, told } = watchedContext();
		await upscale({ ...job, guidanceScale: 4 }, context);
		expect(told).toHaveLength(2 * SAMPLING.steps);
		const { lowResolution } = told[0].condition;
		for (const { condition } of told) {
			expect(condition.noiseLevel).toBe(250);
			expect(condition.lowResolution).toBe(lowResolution);
		}
		expect(told.slice(0, 2).map(({ condition }) => condition.prompt)).toEqual(['sky', '']);
	});

	it('adds more noise to the small picture at a higher level', async () => {
		const low = async (noiseLevel: number) => {
			const { context, told } = watchedContext();
			await upscale({ ...job, noiseLevel }, context);
			return told[0].condition.lowResolution as Tensor;
		};
		const clean = resizeBilinear(await loadImage('', { width: SIDE / 4 }), SIDE);
		const distances = await Promise.all([0, 250, 900].map(async (level) => relativeRms(await low(level), clean)));
		expect(distances[0]).toBeLessThan(0.05);
		expect(distances[1]).toBeGreaterThan(0.3);
		expect(distances[2]).toBeGreaterThan(1.5 * distances[1]);
	});

	it('applies an anagram’s views to x and to the small picture', async () => {
		const { context, told } = watchedContext();
		const through: JobOf<'upscale'>['through'] = { kind: 'views', views: ['flip'] };
		const { images } = await upscale({ ...job, prompts: ['stripes', 'sky'], through }, context);
		const [upright, flipped] = told;
		expect(upright.condition.prompt).toBe('stripes');
		expect(flipped.x).toEqual(flip(upright.x));
		expect(flipped.condition.lowResolution).toEqual(flip(upright.condition.lowResolution as Tensor));
		const mean = combine(0.5, pictureOf('stripes'), 0.5, flip(pictureOf('sky')));
		expect(relativeRms(images[0].pixels, mean)).toBeLessThan(1e-3);
	});

	it('takes each prompt’s component of a hybrid, at its own size', async () => {
		const { context, told } = watchedContext();
		const through = { kind: 'components', decomposition: 'motion' } as const;
		const { images } = await upscale({ ...job, prompts: ['stripes', 'sky'], through }, context);
		expect(told[1].condition.lowResolution).toBe(told[0].condition.lowResolution);
		const [motion, still] = decompose(through, SIDE);
		const expected = combine(1, motion(pictureOf('stripes')), 1, still(pictureOf('sky')));
		expect(relativeRms(images[0].pixels, expected)).toBeLessThan(1e-3);
	});

	it('makes the same picture for the same seed, and a different one for another', async () => {
		const make = async (seed: number) =>
			(await upscale({ ...job, sampler: 'course', seed }, toyContext({ loadImage }))).images[0];
		const first = await make(180);
		expect(await make(180)).toEqual(first);
		expect(relativeRms((await make(181)).pixels, first.pixels)).toBeGreaterThan(1e-3);
	});

	it('holds the small picture’s pixels if the model asks to be faithful', async () => {
		const made = async (faithful: boolean) => {
			const context = toyContext({ loadImage });
			Object.assign(context.denoiser, { faithful });
			return (await upscale({ ...job, prompts: ['stripes'] }, context)).images[0].pixels;
		};
		const sky = resizeBilinear(await loadImage('', { width: SIDE / 4 }), SIDE);
		expect(relativeRms(await made(true), sky)).toBeLessThan(0.8 * relativeRms(await made(false), sky));
	});

	it('requires a prompt for each reading', async () => {
		const views = { ...job, through: { kind: 'views', views: ['flip'] } } as JobOf<'upscale'>;
		await expect(upscale(views, toyContext({ loadImage }))).rejects.toThrow(UserError);
		const components = { ...job, through: { kind: 'components', decomposition: 'color' } } as JobOf<'upscale'>;
		await expect(upscale(components, toyContext({ loadImage }))).rejects.toThrow(UserError);
	});

	it('has a note if a prompt was too long', async () => {
		const context = toyContext({ loadImage });
		context.denoiser.tokensCut = async (prompt?: string) => (prompt === 'sky' ? 2 : 0);
		const { notes } = await upscale({ ...job, steps: 10 }, context);
		expect(notes).toEqual(['The prompt “sky” was too long: its last 2 tokens were not read.']);
	});
});
