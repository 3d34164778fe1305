/**
 * Several tries at one picture, the best first: anagrams and hybrids seldom work the first time. The judge is the network that
 * made them (classify.ts).
 */
import type { SampleOptions } from '../diffusion/sample.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { judgedAmong } from '../jobs/index.ts';
import type { Denoiser } from '../models/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ClassifyOptions, classify } from './classify.ts';
import type { PipelineContext, PipelineResult } from './pipeline.ts';
import { sampleTogether } from './sample-together.ts';

/** One of the things that a picture should show. */
export interface SoughtReading {
	readonly prompt: string;
	/** How the picture looks when this prompt is to be read, [3, S, S] -> [3, S, S]. */
	readonly look: (picture: Tensor) => Tensor;
}

/**
 * The same for all jobs, so that a picture gets the same score alone as among others. Not a small number, since a picture with
 * the same seed was made from that very noise.
 */
const JUDGE_SEED = 2303_16203;

/**
 * Samples one picture for each of `tries` consecutive seeds, side by side. Several are judged and returned with their scores,
 * the best first and ties in seed order; a single one is not judged.
 *
 * @param loopFrom the sampling loop for the picture of a seed, independent of the other seeds
 */
export async function sampleTries(
	{ seed, tries = 1 }: { readonly seed: number; readonly tries?: number },
	readings: readonly SoughtReading[],
	loopFrom: (seed: number) => Omit<SampleOptions, 'signal'>,
	context: PipelineContext,
): Promise<PipelineResult['images']> {
	const seeds = consecutiveSeeds(seed, tries);
	const loops = seeds.map(loopFrom);
	if (tries === 1) return [{ pixels: (await sampleTogether(loops, context))[0], seed }];

	const { denoiser, signal, onStep } = context;
	let sampled = 0; // steps of all loops; judging a picture counts as one more step
	const pictures = await sampleTogether(loops, {
		signal,
		onStep: (progress) => {
			sampled = progress.total;
			onStep({ ...progress, total: sampled + tries });
		},
	});
	const images = [];
	// One picture at a time, so that cancelling does not wait for all of them.
	for (const [i, pixels] of pictures.entries()) {
		images.push({ pixels, seed: seeds[i], score: await scoreOf(denoiser, pixels, readings) });
		signal.throwIfAborted();
		onStep({ done: sampled + i + 1, total: sampled + tries, x0: pictures[0] });
	}
	return images.sort((a, b) => b.score - a.score);
}

/**
 * How well a picture ([3, S, S]) shows everything it should, 0..1: the smallest of its readings' probabilities, each that of
 * the reading's own prompt among those of judgedAmong.
 */
export async function scoreOf(
	denoiser: Denoiser,
	picture: Tensor,
	readings: readonly SoughtReading[],
	options: ClassifyOptions = { seed: JUDGE_SEED },
): Promise<number> {
	const prompts = judgedAmong(readings.map(({ prompt }) => prompt));
	const probabilities = await Promise.all(
		readings.map(async ({ prompt, look }) => {
			const judged = await classify(denoiser, look(picture), prompts, options);
			return judged[prompts.indexOf(prompt)];
		}),
	);
	return Math.min(...probabilities);
}
