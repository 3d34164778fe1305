/**
 * Several tries at one picture, the best first: anagrams and hybrids seldom work at once. The judge is the network that made
 * them (classify.ts).
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
	/** What there is to see of the picture when this prompt is to be read, [3, S, S] -> [3, S, S]. */
	readonly look: (picture: Tensor) => Tensor;
}

/**
 * One for all jobs, so that a picture has the same score alone and in company. Not a small number: a picture of the same
 * seed was made from that very noise.
 */
const JUDGE_SEED = 2303_16203;

/**
 * Samples one picture for each seed from `seed` on, side by side. Several are judged and come with their scores, the best
 * first, equals in the order of their seeds; a single one is not judged.
 *
 * @param loopFrom the sampling loop that makes the picture of a seed, whatever the other seeds
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
	let sampled = 0; // steps of all loops, of which judging each picture counts as one more
	const pictures = await sampleTogether(loops, {
		signal,
		onStep: (progress) => {
			sampled = progress.total;
			onStep({ ...progress, total: sampled + tries });
		},
	});
	const images = [];
	// One picture after the other, so that cancelling does not wait for all of them.
	for (const [i, pixels] of pictures.entries()) {
		images.push({ pixels, seed: seeds[i], score: await scoreOf(denoiser, pixels, readings) });
		signal.throwIfAborted();
		onStep({ done: sampled + i + 1, total: sampled + tries, x0: pictures[0] });
	}
	return images.sort((a, b) => b.score - a.score);
}

/**
 * How well a picture ([3, S, S]) shows all that is sought in it, 0..1: the least of its readings' probabilities, each that
 * of its own prompt among those of judgedAmong.
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
