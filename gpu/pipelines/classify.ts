/**
 * Which of several prompts a picture shows, judged by the denoising network itself: the prompt that fits best helps it most
 * to predict the noise in a noised copy of the picture.
 * Source: Li et al. 2023, "Your Diffusion Model is Secretly a Zero-Shot Classifier", arXiv:2303.16203, algorithm 1.
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { addNoise } from '../diffusion/schedule.ts';
import { CLASSIFIER_TIMESTEPS } from '../jobs/index.ts';
import type { Denoiser } from '../models/denoiser.ts';
import { clamped, type Tensor } from '../tensor/tensor.ts';

/**
 * How many nats less likely a prompt is if its errors are larger by the mean error over all prompts. Chosen so that a clear
 * picture gets a clear score and a doubtful one still shows doubt: 24 pictures that the bundled model was trained on got
 * 0.97 on average and at least 0.64 for their own prompt against one other, and 0.82 and 0.57 against "".
 */
const SHARPNESS = 20;

export interface ClassifyOptions {
	/** Seed of the noise, 0..2^32 − 1. Scores are comparable only between pictures judged with the same noise. */
	readonly seed: number;
	/** Absent: CLASSIFIER_TIMESTEPS. */
	readonly timesteps?: readonly number[];
}

/**
 * The probability of each prompt, in order; they sum to 1. Prompts should differ: equal ones share their probability. The
 * prompt "" stands for "none of these". All predictions, timesteps times prompts of them, are requested at once.
 *
 * @param picture [C, S, S]; values beyond [-1, 1] are clamped, as when it is shown
 */
export async function classify(
	denoiser: Denoiser,
	picture: Tensor,
	prompts: readonly string[],
	{ seed, timesteps = CLASSIFIER_TIMESTEPS }: ClassifyOptions,
): Promise<number[]> {
	const shown = clamped(picture);
	const source = new TorchGenerator(seed);
	const errors = await Promise.all(
		timesteps.map((t) => {
			const noise = source.randn(shown.shape); // [C, S, S], the same for all prompts, so that its chance part cancels out
			const x = addNoise(denoiser.schedule, shown, t, noise);
			return Promise.all(
				prompts.map(async (prompt) => squaredError((await denoiser.predict(x, t, { prompt })).noise, noise)),
			);
		}),
	); // [timesteps, prompts]
	const relative = errors.map(relativeToMean);
	return softmax(prompts.map((_, i) => -SHARPNESS * average(relative.map((row) => row[i]))));
}

/** ‖a − b‖². */
function squaredError(a: Tensor, b: Tensor): number {
	let sum = 0;
	for (let i = 0; i < a.data.length; i++) sum += (a.data[i] - b.data[i]) ** 2;
	return sum;
}

/**
 * Errors relative to their mean, so that all timesteps weigh the same. Measured on those pictures: from timestep 100 to 875
 * the errors fall by a factor of 30, but the right prompt always saves between 22 and 29 percent of them. Its lead over the
 * next prompt is 1.7 times the spread of that lead; with plain sums it is 1.2 times. All 0 if there is no error.
 */
function relativeToMean(errors: readonly number[]): number[] {
	const mean = average(errors);
	return errors.map((error) => (mean > 0 ? error / mean : 0));
}

function average(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function softmax(logits: readonly number[]): number[] {
	const most = Math.max(...logits);
	const weights = logits.map((logit) => Math.exp(logit - most));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return weights.map((weight) => weight / total);
}
