/**
 * Denoises pure noise, exercise 1.2.3 of 2025. Noise alone says nothing about the digit, so the prediction with the least
 * squared error is the mean of all digits: a network trained on noise alone returns roughly that, whatever the noise.
 */
import { TorchGenerator } from '../../diffusion/noise.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { asPicture } from '../../tensor/grey.ts';
import { rootMeanSquare } from '../../tensor/root-mean-square.ts';
import { previewOf } from './picture.ts';
import type { DigitPipeline } from './pipeline.ts';

/** Returns the training digits' `mean`; then, for each draw, the `noisy` input and the network's output, `denoised`. */
export const digitMean: DigitPipeline<'digit-mean'> = async (job, context) => {
	const network = await context.openOneStep(job);
	const { mean, deviation } = await context.trainingMean();
	const seeds = consecutiveSeeds(job.seed, job.count);
	let done = 0;
	const pairs = seeds.map(async (seed) => {
		const noise = new TorchGenerator(seed).randn(DIGIT_SHAPE); // [1, 28, 28]
		const found = await network.clean(noise); // [1, 28, 28]
		context.signal.throwIfAborted();
		context.onStep({ done: ++done, total: job.count, x0: previewOf([found]) });
		const distance = rootMeanSquare(found, mean);
		return [
			{ pixels: asPicture(noise), seed, role: 'noisy' },
			{ pixels: asPicture(found), seed, role: 'denoised', distance },
		];
	});
	return {
		images: [{ pixels: asPicture(mean), seed: job.seed, role: 'mean' }, ...(await Promise.all(pairs)).flat()],
		notes: [`The training digits themselves are ${deviation.toFixed(3)} away from their mean (root mean square).`],
	};
};
