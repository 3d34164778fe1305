import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { addNoise } from '../../../gpu/diffusion/schedule.ts';
import { UserError } from '../../../gpu/errors.ts';
import { type JobOf, SAMPLER_NAMES } from '../../../gpu/jobs/index.ts';
import { inpaint as pipeline } from '../../../gpu/pipelines/inpaint.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { map, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { INPAINTING, pictureOf, SIDE, toyContext, wholly } from './toy.ts';

const inpaint = wholly(pipeline);

/** The right half is redrawn as stripes; the left half stays sky. */
const job: JobOf<'inpaint'> = {
	...INPAINTING,
	area: { by: 'region', region: [0.5, 0, 0.5, 1] },
};

const isKnown = (i: number) => i % SIDE < SIDE / 2;

describe('inpaint', () => {
	it.each(['course', 'repaint', 'clean'] as const)('keeps the known pixels exactly (%s)', async (rule) => {
		const { images } = await inpaint({ ...job, rule, steps: 10 }, toyContext());
		const [result, original, mask, hole] = images;
		expect(images.map(({ role }) => role)).toEqual([undefined, 'original', 'mask', 'hole to fill']);
		const [before, after, drawn, under] = await Promise.all(
			[original, result, mask, hole].map(async ({ pixels }) => {
				const png = await encodePng(pixels);
				return sharp(png).raw().toBuffer();
			}),
		);
		for (let i = 0; i < SIDE ** 2; i++) {
			const rgb = (bytes: Buffer) => [...bytes.subarray(3 * i, 3 * i + 3)];
			if (isKnown(i)) expect(rgb(after)).toEqual(rgb(before));
			expect(rgb(drawn)).toEqual(isKnown(i) ? [0, 0, 0] : [255, 255, 255]);
			expect(rgb(under)).toEqual(isKnown(i) ? [0, 0, 0] : rgb(before));
		}
	});

	it.each([
		...SAMPLER_NAMES.flatMap((sampler) => [['course', sampler] as const, ['repaint', sampler] as const]),
		...SAMPLER_NAMES.filter((name) => name !== 'course').map((sampler) => ['clean', sampler] as const),
	])('draws the others by the prompt (%s, %s)', async (rule, sampler) => {
		const { images } = await inpaint({ ...job, rule, sampler, steps: 10 }, toyContext());
		const stripes = pictureOf('stripes');
		const errors = images[0].pixels.data.map((value, i) => (isKnown(i) ? 0 : Math.abs(value - stripes.data[i])));
		expect(Math.max(...errors)).toBeLessThan(0.2); // the course's rule leaves the noise of t = 0
	});

	it('noises the known pixels to the timestep that x has reached', async () => {
		const context = toyContext();
		await inpaint(job, context);
		const seen = context.denoiser.calls;
		expect(seen.map(({ t }) => t)).toEqual([852, 710, 568, 426, 284, 142]);
		// The seed's draws are the start, then for each step its own noise and that of the known pixels.
		const source = new TorchGenerator(job.seed);
		const { shape, schedule } = context.denoiser;
		expect(seen[0].x).toEqual(source.randn(shape));
		for (const { x, t } of seen.slice(1)) {
			source.randn(shape);
			const known = addNoise(schedule, pictureOf('sky'), t, source.randn(shape));
			const wrong = x.data.filter((value, i) => isKnown(i) && value !== known.data[i]);
			expect(wrong).toEqual(new Float32Array());
		}
	});

	it('gives the network the known pixels at each call’s timestep, also in the middle of a step', async () => {
		const context = toyContext();
		await inpaint({ ...job, sampler: 'heun' }, context);
		const { calls, schedule } = context.denoiser;
		expect(calls.map(({ t }) => t)).toEqual([830, 664, 664, 498, 498, 332, 332, 166, 166, 0, 0]);
		const sky = pictureOf('sky');
		for (const { x, t } of calls.slice(1)) {
			// After subtracting the sky the noise is N(0, 1), with 96 draws.
			const noise = x.data.map((value, i) => {
				const alphaCumprod = schedule.alphasCumprod[t];
				return isKnown(i) ? (value - Math.sqrt(alphaCumprod) * sky.data[i]) / Math.sqrt(1 - alphaCumprod) : 0;
			});
			const variance = noise.reduce((total, value) => total + value ** 2, 0) / 96;
			expect(variance).toBeGreaterThan(0.5);
			expect(variance).toBeLessThan(1.7);
		}
	});

	it.each(['course', 'heun'] as const)(
		'keeps the known pixels clean all the time under the rule clean, and starts from the noised original (%s)',
		async (sampler) => {
			const context = toyContext();
			await inpaint({ ...job, sampler, rule: 'clean' }, context);
			const original = pictureOf('sky');
			for (const { x } of context.denoiser.calls) {
				expect(x.data.filter((_, i) => isKnown(i))).toEqual(original.data.filter((_, i) => isKnown(i)));
			}
			const { shape, schedule } = context.denoiser;
			const noised = addNoise(
				schedule,
				original,
				context.denoiser.calls[0].t,
				new TorchGenerator(job.seed).randn(shape),
			);
			expect(context.denoiser.calls[0].x.data.filter((_, i) => !isKnown(i))).toEqual(
				noised.data.filter((_, i) => !isKnown(i)),
			);
		},
	);

	it.each(['course', 'repaint', 'clean'] as const)(
		'starts at a strength from the noised original under the mask (%s)',
		async (rule) => {
			const context = toyContext();
			const { notes } = await inpaint({ ...job, rule, jumpLength: 1, strength: 0.5 }, context);
			const [{ x, t }] = context.denoiser.calls;
			expect(t).toBe(284);
			const { shape, schedule } = context.denoiser;
			const noised = addNoise(schedule, pictureOf('sky'), t, new TorchGenerator(job.seed).randn(shape));
			const redrawn = ({ data }: Tensor) => data.filter((_, i) => !isKnown(i));
			expect(redrawn(x)).toEqual(redrawn(noised));
			expect(notes).toEqual([]); // nothing about a list that is short of pure noise
		},
	);

	it('starts from nothing that is transparent', async () => {
		const clear = inpaint({ ...job, strength: 0.5, area: { by: 'transparency' } }, toyContext());
		await expect(clear).rejects.toThrow(UserError);
		await expect(clear).rejects.toThrow(/^strength .*transparent/);
	});

	it('walks back up with repaint, and counts every network call', async () => {
		const context = toyContext();
		await inpaint({ ...job, rule: 'repaint' }, context);
		const ts = context.denoiser.calls.map(({ t }) => t);
		// Each stretch of two steps three times, except the first step and the last.
		const [first, second] = [Array(3).fill([710, 568]), Array(3).fill([426, 284])];
		expect(ts).toEqual([852, ...first, ...second, 142].flat());
		expect(context.steps.at(-1)).toMatchObject({ done: ts.length, total: ts.length });
	});

	it('equals the course’s rule with repaint and one pass', async () => {
		const [course, once] = await Promise.all([
			inpaint(job, toyContext()),
			inpaint({ ...job, rule: 'repaint', resamples: 1, jumpLength: 99 }, toyContext()),
		]);
		expect(once.images[0].pixels).toEqual(course.images[0].pixels);
	});

	it('rejects jumps longer than the list', async () => {
		const jumping = inpaint({ ...job, rule: 'repaint', jumpLength: 6 }, toyContext());
		await expect(jumping).rejects.toThrow(UserError);
		await expect(jumping).rejects.toThrow('A jump of 6 does not fit into 6 steps');
	});

	it('makes each of several pictures as it would be alone', async () => {
		const { images } = await inpaint({ ...job, count: 2 }, toyContext());
		expect(images.map(({ seed }) => seed)).toEqual([180, 181, 180, 180, 180]);
		for (const { pixels, seed } of images.slice(0, 2)) {
			const alone = await inpaint({ ...job, seed }, toyContext());
			expect(alone.images[0].pixels).toEqual(pixels);
		}
	});

	it('fades into the original only inside the redrawn part', async () => {
		const [hard, soft] = await Promise.all(
			[0, 3].map(async (feather) => (await inpaint({ ...job, feather }, toyContext())).images[0].pixels),
		);
		const original = pictureOf('sky');
		const share = [0, 0, 0, 0, 1 / 4, 2 / 4, 3 / 4, 1];
		const expected = map(hard, (value, i) => share[i % SIDE] * value + (1 - share[i % SIDE]) * original.data[i]);
		soft.data.forEach((value, i) => {
			expect(value).toBeCloseTo(expected.data[i], 5);
		});
	});

	it('never fades into transparent pixels', async () => {
		const clear = inpaint({ ...job, feather: 2, area: { by: 'transparency' } }, toyContext());
		await expect(clear).rejects.toThrow(/^feather .*transparent/);
	});
});
