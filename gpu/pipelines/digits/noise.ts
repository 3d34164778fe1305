/** Adds noise to digits and removes it in one step: the course's exercises 1.2 and 1.2.1, z = x + σε. */

import { TorchGenerator } from '../../diffusion/noise.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import type { DigitSource } from '../../jobs/index.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { asPicture } from '../../tensor/grey.ts';
import { combine, type Tensor } from '../../tensor/tensor.ts';
import { type Picture, withPsnr } from '../with-psnr.ts';
import { previewOf } from './picture.ts';
import type { DigitContext, DigitPipeline } from './pipeline.ts';

/** Returns, for each source, the `original` and a `noisy` digit for each σ. */
export const digitNoise: DigitPipeline<'digit-noise'> = async (job, context) => {
	const rows = await noisyRows(job, context);
	return {
		images: rows.flatMap(({ original, noisy }) => [original, ...noisy.map(({ picture }) => picture)]),
		notes: [],
	};
};

/** Returns, for each source, the `original`; then, for each σ, a `noisy` digit and the network's output, `denoised`. */
export const digitDenoise: DigitPipeline<'digit-denoise'> = async (job, context) => {
	const network = await context.openOneStep(job);
	const rows = await noisyRows(job, context);
	const total = job.sources.length * job.sigmas.length;
	let done = 0;
	const images = rows.map(async ({ original, noisy }) => {
		const pairs = noisy.map(async ({ picture, x }) => {
			const clean = await network.clean(x); // [1, 28, 28]
			context.signal.throwIfAborted();
			context.onStep({ done: ++done, total, x0: previewOf([clean]) });
			const { seed, sigma } = picture;
			return [picture, withPsnr(asPicture(clean), original.pixels, { seed, role: 'denoised', sigma })];
		});
		return [original, ...(await Promise.all(pairs)).flat()];
	});
	return { images: (await Promise.all(images)).flat(), notes: [] };
};

/** The digit that a source stands for, [1, 28, 28]. */
export function readSource(
	source: DigitSource,
	{ testDigit, loadDigit }: Pick<DigitContext, 'testDigit' | 'loadDigit'>,
): Promise<Tensor> {
	return source.from === 'test' ? testDigit(source.digit, source.nth) : loadDigit(source.image);
}

interface NoisyRow {
	readonly original: Picture;
	/** In the order of the job's sigmas. x is [1, 28, 28] and not clamped, unlike its picture when shown. */
	readonly noisy: readonly { readonly picture: Picture; readonly x: Tensor }[];
}

/** Source i takes its noise from seed + i, the same for every σ, so that a row shows the effect of σ. */
function noisyRows(
	{ sources, sigmas, seed: first }: { sources: readonly DigitSource[]; sigmas: readonly number[]; seed: number },
	context: DigitContext,
): Promise<NoisyRow[]> {
	const seeds = consecutiveSeeds(first, sources.length);
	const rows = sources.map(async (source, i) => {
		const seed = seeds[i];
		const digit = await readSource(source, context);
		const noise = new TorchGenerator(seed).randn(DIGIT_SHAPE); // [1, 28, 28]
		const original = asPicture(digit);
		const noisy = sigmas.map((sigma) => {
			const x = combine(1, digit, sigma, noise);
			return { x, picture: withPsnr(asPicture(x), original, { seed, role: 'noisy', sigma }) };
		});
		return { original: { pixels: original, seed, role: 'original' }, noisy };
	});
	return Promise.all(rows);
}
