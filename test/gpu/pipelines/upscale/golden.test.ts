/** Compares stage II of edits and inpaintings with diffusers' own loops. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobOf, Upscaler } from '../../../../gpu/jobs/index.ts';
import { upscalingLoops } from '../../../../gpu/pipelines/inpaint/upscaling.ts';
import { sampleTogether } from '../../../../gpu/pipelines/sample-together.ts';
import { thenUpscale } from '../../../../gpu/pipelines/upscale/then-upscale.ts';
import type { Tensor } from '../../../../gpu/tensor/tensor.ts';
import { relativeRms, unpack } from '../../diffusion/golden.ts';
import { openTinyIf } from '../tiny-if.ts';
import { INPAINTING, SAMPLING, toyContext, wholly } from '../toy.ts';
import { upscaleSample } from '../upscale-sample.ts';

const { config, embeddingSeeds, seed, steps, guidanceScale, img2img, inpainting } = upscaleSample;
const small = unpack(upscaleSample.picture);
const original = unpack(upscaleSample.original);
const mask = unpack(upscaleSample.mask);

let denoiser: Awaited<ReturnType<typeof openTinyIf>>;

beforeAll(async () => {
	denoiser = await openTinyIf(embeddingSeeds, { stage: 'stage2', scheduler: config });
});

afterAll(() => denoiser.close());

const upscalerOf = ({ noiseLevel, strength }: Pick<Upscaler, 'noiseLevel' | 'strength'>): Upscaler => ({
	...{ model: 'stage2', guidanceScale, steps },
	...{ noiseLevel, strength },
});

it.each(img2img)('an edit agrees with IFImg2ImgSuperResolutionPipeline at strength $strength', async (expected) => {
	const job: JobOf<'edit'> = {
		...{ kind: 'edit', ...SAMPLING, prompt: 'a prompt', image: 'a'.repeat(64), starts: [1], fit: 'squash' },
		upscaler: upscalerOf(expected),
	};
	const asked: unknown[] = [];
	const loadImage = async (...given: unknown[]) => {
		asked.push(given);
		return original;
	};
	const context = toyContext({ loadImage });
	const edit = thenUpscale<'edit'>(async () => ({ images: [{ pixels: small, seed }], notes: [] }));
	const { images } = await wholly(edit, denoiser)(job, context);
	expect(asked).toEqual([[job.image, { width: 16, fit: 'squash' }]]);
	expect(context.steps).toHaveLength(expected.strength * steps);
	expect(relativeRms(images[0].pixels, unpack(expected.result))).toBeLessThan(1e-3);
});

it.each(inpainting)(
	'an inpainting agrees with IFInpaintingSuperResolutionPipeline at strength $strength',
	async (expected) => {
		const job: JobOf<'inpaint'> = { ...INPAINTING, rule: 'clean', area: { by: 'mask', mask: 'b'.repeat(64) } };
		const square = { drawn: [small], seeds: [seed], original, mask };
		const loops = upscalingLoops(square, job, upscalerOf(expected), denoiser);
		const context = toyContext();
		const [made] = await sampleTogether(loops, context);
		expect(context.steps).toHaveLength(expected.strength * steps);
		expect(relativeRms(made, unpack(expected.result))).toBeLessThan(1e-3);
		expect(knownOf(made)).toEqual(knownOf(original));
	},
);

/** The pixels that an inpainting keeps. */
const knownOf = ({ data }: Tensor) => data.filter((_, i) => mask.data[i % mask.data.length] === 0);
