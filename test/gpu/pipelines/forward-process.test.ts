import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { addNoise } from '../../../gpu/diffusion/schedule.ts';
import type { JobOf } from '../../../gpu/jobs/index.ts';
import { forwardProcess } from '../../../gpu/pipelines/forward-process.ts';
import { psnr } from '../../../gpu/tensor/psnr.ts';
import { pictureOf, toyContext } from './toy.ts';

const job: JobOf<'noise'> = {
	kind: 'noise',
	model: 'toy',
	seed: 180,
	image: 'a'.repeat(64),
	levels: [250, 500, 750],
};

describe('forwardProcess', () => {
	it('returns the original, then its noisy version at each level', async () => {
		const { images, notes } = await forwardProcess(job, toyContext());
		expect(images.map(({ role, t, seed }) => ({ role, t, seed }))).toEqual([
			{ role: 'original', t: undefined, seed: 180 },
			{ role: 'noisy', t: 250, seed: 180 },
			{ role: 'noisy', t: 500, seed: 180 },
			{ role: 'noisy', t: 750, seed: 180 },
		]);
		expect(images[0].pixels).toEqual(pictureOf('sky'));
		const values = images.slice(1).map((image) => image.psnr!);
		expect(values).toEqual([...values].sort((a, b) => b - a));
		expect(values[0]).toBe(psnr(images[1].pixels, pictureOf('sky')));
		expect(notes).toEqual([]);
	});

	it('uses the same noise for every level: the first draw of the seed', async () => {
		const context = toyContext();
		const { images } = await forwardProcess({ ...job, levels: [999, 30] }, context);
		const noise = new TorchGenerator(180).randn(context.denoiser.shape);
		for (const { t, pixels } of images.slice(1)) {
			expect(pixels).toEqual(addNoise(context.denoiser.schedule, pictureOf('sky'), t!, noise));
		}
		expect(context.denoiser.calls).toEqual([]);
	});
});
