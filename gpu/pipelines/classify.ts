/**
 * Which of several prompts a picture shows, judged by the denoising network itself: the prompt that fits helps it most to
 * tell the noise in a noised copy of the picture.
 * Source: Li et al. 2023, "Your Diffusion Model is Secretly a Zero-Shot Classifier", arXiv:2303.16203, algorithm 1.
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { addNoise } from '../diffusion/schedule.ts';
import { CLASSIFIER_TIMESTEPS } from '../jobs/index.ts';
import type { Denoiser } from '../models/denoiser.ts';
import { clamped, type Tensor } from '../tensor/tensor.ts';

/**
 * The nats by which a prompt is less likely whose errors are larger by as much as their mean over all prompts. Chosen so that
 * a clear picture is clearly told and a doubtful one still shows its doubt: 24 pictures that the bundled model learned from
 * got 0.97 on average and 0.64 at least for their own prompt against one other, and 0.82 and 0.57 against "".
 */
const SHARPNESS = 20;

export interface ClassifyOptions {
	/** Of the noise, 0..2^32 − 1. Only pictures that were judged with the same noise compare well. */
	readonly seed: number;
	/** CLASSIFIER_TIMESTEPS if absent. */
	readonly timesteps?: readonly number[];
}

/**
 * The probability of each prompt, in their order; they sum to 1. Prompts should differ: equal ones share their probability.
 * The prompt "" stands for "none of these". All predictions are asked at once, timesteps times prompts of them.
 *
 * @param picture [C, S, S]; what lies beyond [-1, 1] is clamped, as where it is shown
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
			const noise = source.randn(shown.shape); // [C, S, S], the same for all prompts: its own luck cancels out
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
 * Errors as shares of their mean, so that all timesteps have the same say. Measured on those pictures: from 100 to 875 the
 * errors fall by a factor of 30, but what the right prompt saves stays between 22 and 29 percent of them; and its lead over the
 * next prompt, against the spread of that lead, is 1.7 where it is 1.2 for plain sums. All 0 where there is no error at all.
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
