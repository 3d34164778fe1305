/** Samples many digits from noise, side by side. */

import { TorchGenerator } from '../../diffusion/noise.ts';
import type { SampleState } from '../../diffusion/sample.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { asPicture } from '../../tensor/grey.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Picture } from '../with-psnr.ts';
import { mosaic, previewOf } from './picture.ts';
import type { DigitContext } from './pipeline.ts';
import type { Reading, Way } from './way.ts';

/** The most frames in an animation. */
const FRAMES = 30;

export interface BatchToSample {
	readonly way: Way;
	/** What each digit should show, in the order of the seeds. */
	readonly readings: readonly (readonly Reading[])[];
	/** Digit i takes all its noise from seed + i. */
	readonly seed: number;
	/** Digits in a row of a frame; absent: no frames. */
	readonly columns?: number;
}

export interface SampledBatch {
	readonly seeds: readonly number[];
	/** [1, 28, 28] each, about [0, 1]. */
	readonly digits: readonly Tensor[];
	/** All digits in rows and columns, at evenly spaced steps. */
	readonly frames: readonly Picture[];
}

/** Takes one step of every digit before the next, so that they go through the network together. */
export async function sampleBatch(
	batch: BatchToSample,
	{ onStep }: Pick<DigitContext, 'onStep'>,
): Promise<SampledBatch> {
	const { way, readings, columns } = batch;
	const seeds = consecutiveSeeds(batch.seed, readings.length);
	const sources = seeds.map((seed) => new TorchGenerator(seed));
	let digits = sources.map((source) => source.randn(DIGIT_SHAPE)); // noise, [1, 28, 28] each
	const walks = readings.map((reading, i) => way.walk(reading, digits[i], sources[i]));
	const frames: Picture[] = [];
	const total = way.levels.length;
	const stride = Math.ceil(total / FRAMES);
	for (const [done, t] of way.levels.entries()) {
		if (columns !== undefined && done % stride === 0) {
			frames.push({ pixels: asPicture(mosaic(digits, columns)), seed: batch.seed, role: 'frame', t });
		}
		const states = await together(walks);
		digits = states.map(({ x }) => x);
		onStep({ done: done + 1, total, x0: previewOf(states.map(({ x0 }) => x0)) });
	}
	return { seeds, digits, frames };
}

/** The next state of each walk. If one fails, waits for the others, so that none keeps running unwatched. */
async function together(walks: readonly AsyncGenerator<SampleState, void>[]): Promise<readonly SampleState[]> {
	const nexts = walks.map((walk) => walk.next());
	await Promise.allSettled(nexts);
	const results = await Promise.all(nexts);
	return results.map(({ value }) => value as SampleState);
}
