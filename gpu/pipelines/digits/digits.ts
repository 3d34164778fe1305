/**
 * Digits from noise, with or without being told which.
 * Source: Ho et al. 2020, algorithm 2; Ho & Salimans 2022, algorithm 2; the course's exercises 2.3 and 2.5.
 */

import { asPicture } from '../../tensor/grey.ts';
import { digitEstimate } from './condition.ts';
import type { DigitPipeline } from './pipeline.ts';
import { sampleBatch } from './sample-batch.ts';

/**
 * In this order, by role: the digits, `sample`, along the rows; if frames are asked for, all of them on their way, `frame`,
 * from noise on. A score is the probability that the judge gives the digit that was asked for.
 */
export const digits: DigitPipeline<'digits'> = async (job, context) => {
	const denoiser = await context.openDenoiser(job);
	const wanted = Array.from({ length: job.count }, () => job.digits).flat();
	const isTold = job.model === 'class';
	const sampled = await sampleBatch(
		{
			schedule: denoiser.schedule,
			estimates: wanted.map((digit) =>
				isTold ? digitEstimate(denoiser, digit, job.guidanceScale) : (x, t) => denoiser.predict(x, t),
			),
			seed: job.seed,
			columns: job.frames ? job.digits.length : undefined,
		},
		context,
	);
	const judge = isTold ? await context.openJudge() : undefined;
	const samples = sampled.digits.map(async (digit, i) => {
		const read = await judge?.read(digit); // [10]
		return {
			pixels: asPicture(digit),
			seed: sampled.seeds[i],
			role: 'sample',
			...(read && { score: read.data[wanted[i]] }),
		};
	});
	return { images: [...(await Promise.all(samples)), ...sampled.frames], notes: [] };
};
