import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { addNoise } from '../../../gpu/diffusion/schedule.ts';
import { COURSE_TIMESTEPS } from '../../../gpu/diffusion/timesteps.ts';
import { UserError } from '../../../gpu/errors.ts';
import type { JobOf } from '../../../gpu/jobs/index.ts';
import { sdedit } from '../../../gpu/pipelines/sdedit.ts';
import { relativeRms } from '../diffusion/golden.ts';
import { pictureOf, SAMPLING, toyContext } from './toy.ts';

const job: JobOf<'edit'> = {
	kind: 'edit',
	...SAMPLING,
	steps: undefined,
	sampler: 'course',
	prompt: 'stripes',
	image: 'a'.repeat(64),
	starts: [20],
};

describe('sdedit', () => {
	it('starts from the picture noised to the timestep of the start, with the first draw of the seed', async () => {
		const context = toyContext();
		const { denoiser } = context;
		await sdedit(job, context);
		const noise = new TorchGenerator(job.seed).randn(denoiser.shape);
		expect(denoiser.calls[0].x).toEqual(addNoise(denoiser.schedule, pictureOf('sky'), 390, noise));
		expect(denoiser.calls.map(({ t }) => t)).toEqual(COURSE_TIMESTEPS.slice(20, -1));
	});

	it('loads the picture that the job names', async () => {
		const asked: string[] = [];
		const loadImage = async (ref: string) => {
			asked.push(ref);
			return pictureOf('sky');
		};
		await sdedit(job, toyContext({ loadImage }));
		expect(asked).toEqual([job.image]);
	});

	it('keeps more of the picture with a later start', async () => {
		// A network that only removes the added noise, so a later start stays closer.
		const distances: number[] = [];
		for (const start of [1, 10, 20, 32]) {
			const context = toyContext();
			const { denoiser } = context;
			denoiser.predict = async (x, t) => ({ noise: new TorchGenerator(t).randn(x.shape) });
			const { images } = await sdedit({ ...job, starts: [start] }, context);
			distances.push(relativeRms(images[0].pixels, pictureOf('sky')));
		}
		expect(distances).toEqual([...distances].sort((a, b) => b - a));
		expect(distances[3]).toBeLessThan(0.3);
	});

	it('makes a picture per start and seed, each as it would be alone', async () => {
		const { images } = await sdedit({ ...job, starts: [5, 30], count: 2 }, toyContext());
		const facts = images.map(({ seed, t, role }) => ({ seed, t, role }));
		const edits = [180, 181].map((seed) => ({ seed, t: 840 })).concat([180, 181].map((seed) => ({ seed, t: 90 })));
		expect(facts).toEqual([...edits, { seed: 180, role: 'original' }].map((fact) => expect.objectContaining(fact)));
		const alone = await sdedit({ ...job, seed: 181, starts: [30] }, toyContext());
		expect(relativeRms(images[3].pixels, alone.images[0].pixels)).toBeLessThan(1e-5);
	});

	it('makes a picture per start, each as it would be alone, and counts all steps', async () => {
		const context = toyContext();
		const together = await sdedit({ ...job, starts: [5, 30] }, context);
		const facts = together.images.map(({ seed, t, role }) => ({ seed, t, role }));
		const original = { seed: 180, t: undefined, role: 'original' };
		expect(facts).toEqual([{ seed: 180, t: 840 }, { seed: 180, t: 90 }, original]);
		expect(together.images[2].pixels).toEqual(pictureOf('sky'));
		expect(context.steps.at(-1)).toMatchObject({ done: 28 + 3, total: 28 + 3 });
		for (const [i, start] of [5, 30].entries()) {
			const alone = await sdedit({ ...job, starts: [start] }, toyContext());
			expect(alone.images[0].pixels).toEqual(together.images[i].pixels);
		}
	});

	it.each([
		['course', undefined, 32],
		['ddpm', undefined, 33],
		['course', 10, 9],
		['ddpm', 10, 9],
		['dpmpp-2m', undefined, 32],
		['heun', 10, 9],
	] as const)('says which starts there are (%s, %s steps: 0 to %d)', async (sampler, steps, last) => {
		const starting = (start: number) => sdedit({ ...job, sampler, steps, starts: [0, start] }, toyContext());
		await expect(starting(last + 1)).rejects.toThrow(UserError);
		await expect(starting(last + 1)).rejects.toThrow(`The start ${last + 1} is too late`);
		await expect(starting(last + 1)).rejects.toThrow(`0 to ${last}.`);
		await expect(starting(last)).resolves.toMatchObject({
			images: [{ seed: 180 }, { seed: 180 }, { role: 'original' }],
		});
	});
});
