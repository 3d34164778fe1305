/** Many digits from noise, side by side. Source: Ho et al. 2020, algorithm 2, as the course's exercises 2.3 and 2.5 have it. */

import { DIGIT_PLAN } from '../../diffusion/digit-schedule.ts';
import type { EstimateNoise } from '../../diffusion/estimate.ts';
import { TorchGenerator } from '../../diffusion/noise.ts';
import { type SampleState, sample } from '../../diffusion/sample.ts';
import type { Schedule } from '../../diffusion/schedule.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { asPicture } from '../../tensor/grey.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Picture } from '../with-psnr.ts';
import { mosaic, previewOf } from './picture.ts';
import type { DigitContext } from './pipeline.ts';

/** Steps between two frames: 30 of them make an animation. */
const FRAME_STRIDE = 10;

export interface BatchToSample {
	readonly schedule: Schedule;
	/** What there is to see in each digit, in the order of the seeds. */
	readonly estimates: readonly EstimateNoise[];
	/** Digit i starts at, and takes its noise from, seed + i. */
	readonly seed: number;
	/** Digits in a row of a frame; absent: no frames are wanted. */
	readonly columns?: number;
}

export interface SampledBatch {
	readonly seeds: readonly number[];
	/** [1, 28, 28] each, about [0, 1]. */
	readonly digits: readonly Tensor[];
	/** All digits on their way, a picture of rows and columns for every tenth step. */
	readonly frames: readonly Picture[];
}

/** A step of every digit, then the next: they go through the network together. */
export async function sampleBatch(
	batch: BatchToSample,
	{ signal, onStep }: Pick<DigitContext, 'signal' | 'onStep'>,
): Promise<SampledBatch> {
	const { schedule, estimates, columns } = batch;
	const seeds = consecutiveSeeds(batch.seed, estimates.length);
	const sources = seeds.map((seed) => new TorchGenerator(seed));
	let digits = sources.map((source) => source.randn(DIGIT_SHAPE)); // x_T
	const walks = estimates.map((estimate, i) =>
		sample({ ...DIGIT_PLAN, schedule, x: digits[i], estimate, source: sources[i], signal }),
	);
	const frames: Picture[] = [];
	const { timesteps } = DIGIT_PLAN;
	const total = timesteps.length;
	for (const [done, t] of timesteps.entries()) {
		if (columns !== undefined && done % FRAME_STRIDE === 0) {
			frames.push({ pixels: asPicture(mosaic(digits, columns)), seed: batch.seed, role: 'frame', t });
		}
		const states = await together(walks);
		digits = states.map(({ x }) => x);
		onStep({ done: done + 1, total, x0: previewOf(states.map(({ x0 }) => x0)) });
	}
	return { seeds, digits, frames };
}

/** The next state of each walk. When one fails the others are waited for, so that none goes on unwatched. */
async function together(walks: readonly AsyncGenerator<SampleState, void>[]): Promise<readonly SampleState[]> {
	const nexts = walks.map((walk) => walk.next());
	await Promise.allSettled(nexts);
	const results = await Promise.all(nexts);
	return results.map(({ value }) => value as SampleState);
}
