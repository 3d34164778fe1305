import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { impliedX0 } from '../../../gpu/diffusion/schedule.ts';
import { UserError } from '../../../gpu/errors.ts';
import { type JobOf, jobSchema } from '../../../gpu/jobs/index.ts';
import { denoise } from '../../../gpu/pipelines/denoise.ts';
import { forwardProcess } from '../../../gpu/pipelines/forward-process.ts';
import { sdedit } from '../../../gpu/pipelines/sdedit.ts';
import { map } from '../../../gpu/tensor/tensor.ts';
import { maxDifference, relativeRms } from '../diffusion/golden.ts';
import { pictureOf, SAMPLING, toyContext } from './toy.ts';

const job: JobOf<'denoise'> = {
	kind: 'denoise',
	...SAMPLING,
	steps: undefined,
	sampler: 'course',
	prompt: 'stripes',
	image: 'a'.repeat(64),
	method: 'compare',
	levels: [250, 500],
	states: 'strip',
};

async function make(changes: Partial<JobOf<'denoise'>>, context = toyContext()) {
	const { images, notes } = await denoise({ ...job, ...changes }, context);
	return { images, notes, of: (role: string) => images.filter((image) => image.role === role), context };
}

describe('denoise', () => {
	it('starts from the forward process’s noisy pictures', async () => {
		const { levels, model, seed, image } = job;
		const forward = await forwardProcess({ kind: 'noise', levels, model, seed, image }, toyContext());
		const { images } = await make({ method: 'blur' });
		expect(images.slice(0, 3)).toEqual(forward.images);
	});

	it('blurs each level without the network, and gives sigma and kernel', async () => {
		const { of, images, context } = await make({ method: 'blur', sigma: 1, kernel: 3 });
		expect(images.map(({ role }) => role)).toEqual(['original', 'noisy', 'noisy', 'blurred', 'blurred']);
		expect(of('blurred').map(({ t }) => t)).toEqual([250, 500]);
		expect(of('blurred')[0].blur).toEqual({ sigma: 1, kernel: 3 });
		expect(context.denoiser.calls).toEqual([]);
	});

	it('estimates the clean picture in one step, for all levels at once', async () => {
		const { of, context } = await make({ method: 'one-step' });
		expect(context.denoiser.calls.map(({ t, waiting }) => ({ t, waiting }))).toEqual([
			{ t: 250, waiting: 0 },
			{ t: 500, waiting: 1 },
		]);
		expect(of('one-step').map(({ t }) => t)).toEqual([250, 500]);
		for (const { pixels } of of('one-step')) expect(maxDifference(pixels, pictureOf('stripes'))).toBeLessThan(1e-5);
		expect(context.steps.map(({ done, total }) => [done, total])).toEqual([
			[1, 2],
			[2, 2],
		]);
	});

	it('has no PSNR if nothing differs from the original', async () => {
		const { of } = await make({ method: 'one-step', prompt: 'sky' });
		expect(of('one-step')[0]).not.toHaveProperty('psnr');
		expect(of('noisy')[0].psnr).toBeGreaterThan(0);
	});

	it('guides only if asked to', async () => {
		const { of, context } = await make({ method: 'one-step', guidanceScale: 2, levels: [400] });
		expect(context.denoiser.calls.map(({ prompt }) => prompt)).toEqual(['stripes', '']);
		const doubled = map(pictureOf('stripes'), (value) => 2 * value); // the unconditional picture is grey
		expect(maxDifference(of('one-step')[0].pixels, doubled)).toBeLessThan(1e-5);
	});

	it('descends like an edit, and shows every fifth state', async () => {
		const { of, images, context } = await make({ method: 'iterative', start: 10 });
		expect(of('state').map(({ t }) => t)).toEqual([690, 540, 390, 240, 90]);
		expect(of('state')[0].pixels).toEqual(of('noisy')[0].pixels);
		expect(images.map(({ role }) => role)).toEqual(['original', 'noisy', ...Array(5).fill('state'), 'iterative']);
		const edit: JobOf<'edit'> = { ...job, kind: 'edit', starts: [10] };
		const { images: edits } = await sdedit(edit, toyContext());
		expect(of('iterative')[0].pixels).toEqual(edits[0].pixels);
		expect(of('iterative')[0]).toMatchObject({ t: 690, psnr: expect.any(Number) });
		expect(context.steps.at(-1)).toMatchObject({ done: 23, total: 23 });
	});

	it('returns every state on request, with those of the strip marked', async () => {
		const { images, of } = await make({ method: 'iterative', start: 10, states: 'all' });
		const way = images.filter(({ role }) => role === 'state' || role === 'frame');
		expect(way.map(({ t }) => t)).toEqual(Array.from({ length: 23 }, (_, i) => 690 - 30 * i));
		expect(of('state').map(({ t }) => t)).toEqual([690, 540, 390, 240, 90]);
	});

	it.each([
		[{}, 690],
		[{ steps: 4 }, 600],
		[{ timesteps: 'smart50' }, 650],
		[{ sampler: 'ddpm', timesteps: 'fast27' }, 600],
		[{ sampler: 'ddpm', steps: 1 }, 0],
	] as const)('enters %j at the first timestep that is not above 690: %d', async (changes, t) => {
		const { of } = await make({ ...changes, method: 'iterative' });
		expect(of('noisy')[0].t).toBe(t);
	});

	it('keeps the strip short for a long list', async () => {
		const { of } = await make({ method: 'iterative', timesteps: 'smart185', start: 0 });
		expect(of('state')).toHaveLength(8);
	});

	it('compares all three methods at the noise level of the start', async () => {
		const { images, of, context } = await make({ start: 20 });
		const roles = ['original', 'noisy', 'blurred', 'one-step', 'state', 'state', 'state', 'iterative'];
		expect(images.map(({ role }) => role)).toEqual(roles);
		for (const role of ['noisy', 'blurred', 'one-step', 'iterative']) expect(of(role)[0].t).toBe(390);
		expect(context.steps.at(-1)).toMatchObject({ done: 14, total: 14 });
		const { denoiser } = context;
		const { noise } = await denoiser.predict(of('noisy')[0].pixels, 390, { prompt: 'stripes' });
		expect(of('one-step')[0].pixels).toEqual(impliedX0(denoiser.schedule, of('noisy')[0].pixels, 390, noise));
	});

	it('gets closer step by step than in one step, with an inaccurate network', async () => {
		// The network takes a fixed share of the noise for picture, so more noise leaves a larger error.
		const context = toyContext();
		const noise = new TorchGenerator(9).randn(context.denoiser.shape);
		context.denoiser.predict = async (x, t) => {
			const alphaCumprod = context.denoiser.schedule.alphasCumprod[t];
			const sky = pictureOf('sky');
			return {
				noise: map(
					x,
					(value, i) =>
						(value - Math.sqrt(alphaCumprod) * sky.data[i]) / Math.sqrt(1 - alphaCumprod) + noise.data[i] / 10,
				),
			};
		};
		const { of } = await make({}, context);
		expect(of('iterative')[0].psnr).toBeGreaterThan(of('one-step')[0].psnr! + 3);
		expect(relativeRms(of('iterative')[0].pixels, pictureOf('sky'))).toBeLessThan(0.3);
	});

	it('rejects a start that is too late', async () => {
		const late = make({ start: 33 });
		await expect(late).rejects.toThrow(UserError);
		await expect(late).rejects.toThrow('The start 33 is too late: with these steps it can be 0 to 32.');
		await expect(make({ start: 33, method: 'one-step' })).resolves.toBeDefined();
	});

	it('stops when cancelled', async () => {
		for (const method of ['one-step', 'iterative'] as const) {
			const stop = new AbortController();
			const context = toyContext({ signal: stop.signal });
			const made = make({ method }, context);
			setImmediate(() => stop.abort(new Error('enough')));
			await expect(made).rejects.toThrow('enough');
			expect(context.denoiser.calls.length).toBeLessThan(3);
		}
	});

	it('names a prompt that was too long, if the method uses prompts', async () => {
		const context = toyContext();
		context.denoiser.tokensCut = async () => 2;
		expect((await make({ method: 'one-step' }, context)).notes).toHaveLength(2);
		expect((await make({ method: 'blur' }, context)).notes).toEqual([]);
	});
});

it('rejects an even kernel', () => {
	expect(jobSchema.safeParse({ ...job, kernel: 7 }).success).toBe(true);
	expect(jobSchema.safeParse({ ...job, kernel: 8 }).success).toBe(false);
});
