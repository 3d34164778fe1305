/**
 * A picture on its way to noise: x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε.
 * Source: Ho et al. 2020, eq. 4.
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { addNoise } from '../diffusion/schedule.ts';
import type { Denoiser } from '../models/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { type Picture, withPsnr } from './with-psnr.ts';

/** A picture at the noise level of timestep t. */
export type NoisyPicture = Picture & { readonly t: number };

/** Returns the original, then the noisy pictures in the order of the job's levels. */
export const forwardProcess: Pipeline<'noise'> = async (job, context) => {
	const { denoiser } = context;
	const [original, notes] = await Promise.all([
		context.loadImage(job.image, { fit: job.fit }), // [3, S, S]
		pictureNotes(job.image, context),
	]);
	const noisy = noised(denoiser, original, job.levels, job.seed);
	return { images: [{ pixels: original, seed: job.seed, role: 'original' }, ...noisy], notes };
};

/**
 * `original` noised to each of the timesteps `levels`. All use the same noise, the seed's first draw, as an edit does: so they
 * differ only in t, and each is exactly where an edit with this seed enters.
 */
export function noised(
	{ schedule, shape }: Denoiser,
	original: Tensor,
	levels: readonly number[],
	seed: number,
): readonly NoisyPicture[] {
	const noise = new TorchGenerator(seed).randn(shape); // [3, S, S]
	return levels.map((t) => {
		const x = addNoise(schedule, original, t, noise); // [3, S, S]
		return withPsnr(x, original, { seed, role: 'noisy', t });
	});
}
