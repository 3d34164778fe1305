/**
 * A digit that is a different digit upside down.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */

import { DIGIT_SIZE } from '../../models/digits/unet.ts';
import { asPicture } from '../../tensor/grey.ts';
import { rotationView } from '../../views/turn.ts';
import type { DigitPipeline } from './pipeline.ts';
import { sampleBatch } from './sample-batch.ts';
import { openWay } from './way.ts';

/**
 * Returns the anagrams, `sample`, the one that the judge reads best both ways up first; then, if frames are asked for, all of
 * them at intermediate steps, `frame`, in seed order. A score is the smaller of the two digits' probabilities.
 */
export const digitAnagram: DigitPipeline<'digit-anagram'> = async (job, context) => {
	const way = await openWay(job, context);
	const halfTurn = rotationView(DIGIT_SIZE, 2);
	const { seeds, digits, frames } = await sampleBatch(
		{
			way,
			readings: Array.from({ length: job.count }, () => [{ digit: job.digit }, { digit: job.turned, view: halfTurn }]),
			seed: job.seed,
			columns: job.frames ? Math.ceil(Math.sqrt(job.count)) : undefined,
		},
		context,
	);
	const judge = await context.openJudge();
	const samples = digits.map(async (digit, i) => {
		const [upright, turned] = await Promise.all([judge?.read(digit), judge?.read(halfTurn.apply(digit))]); // [10] each
		return {
			pixels: asPicture(digit),
			seed: seeds[i],
			role: 'sample',
			...(upright && turned && { score: Math.min(upright.data[job.digit], turned.data[job.turned]) }),
		};
	});
	const ranked = (await Promise.all(samples)).sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
	return { images: [...ranked, ...frames], notes: [] };
};
