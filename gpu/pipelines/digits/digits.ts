/**
 * Digits from noise, conditioned on the digit or not.
 * Source: Ho et al. 2020, algorithm 2; Ho & Salimans 2022, algorithm 2; exercises 2.3 and 2.5 of the course, 2.3 and 2.6 of 2025.
 */

import { isTold } from '../../jobs/index.ts';
import { asPicture } from '../../tensor/grey.ts';
import type { DigitPipeline } from './pipeline.ts';
import { sampleBatch } from './sample-batch.ts';
import { openWay } from './way.ts';

/**
 * Returns, in this order, by role: the digits, `sample`, along the rows; then, if frames are asked for, all of them at
 * intermediate steps, `frame`, starting with the noise. A score is the judge's probability for the digit asked for.
 */
export const digits: DigitPipeline<'digits'> = async (job, context) => {
	const way = await openWay(job, context);
	const wanted = Array.from({ length: job.count }, () => job.digits).flat();
	const told = isTold(job.model);
	const sampled = await sampleBatch(
		{
			way,
			readings: wanted.map((digit) => [told ? { digit } : {}]),
			seed: job.seed,
			columns: job.frames ? job.digits.length : undefined,
		},
		context,
	);
	const judge = told ? await context.openJudge() : undefined;
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
