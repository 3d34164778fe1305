/** How much quality several tries at an anagram gain, and how much time making them together saves. */

import type { Device } from '../gpu/device.ts';
import { CLASSIFIER_TIMESTEPS, type JobOf } from '../gpu/jobs/index.ts';
import type { Denoiser } from '../gpu/models/denoiser.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { anagram } from '../gpu/pipelines/anagram.ts';
import { scoreOf } from '../gpu/pipelines/tries.ts';
import type { Tensor } from '../gpu/tensor/tensor.ts';
import { VIEWS } from '../gpu/views/index.ts';
import { benchContext, SAMPLING } from './context.ts';
import type { Table } from './table.ts';
import { mean, standardDeviation } from './timing.ts';

const PAIRS = [
	['a photo of a dog', 'a photo of a cat'],
	['an oil painting of an old man', 'an oil painting of people around a campfire'],
	['a lithograph of a skull', 'a lithograph of waterfalls'],
	['a photo of a man', 'a photo of a dog'],
	['a house', 'a rocket ship'],
	['a sunflower', 'an umbrella'],
] as const;
const TRIES = 8;

/** The second judge shares neither noise nor timesteps with the one that chooses. */
const SECOND_JUDGE = { seed: 7654321, timesteps: CLASSIFIER_TIMESTEPS.map((t) => t + 50) };

const jobOf = (pair: number, changes: Partial<JobOf<'anagram'>>): JobOf<'anagram'> => ({
	kind: 'anagram',
	...SAMPLING,
	seed: 100 * pair,
	prompts: [...PAIRS[pair]],
	views: ['flip'],
	...changes,
});

/** Compares the best of 8, as the pipeline's judge ranks them, with the mean of the 8, by a second judge's scores. */
export async function benchTries(directory: string, device: Device): Promise<Table> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const flip = VIEWS.flip.create(denoiser.shape[1]);
	const rows: string[][] = [];
	const gains: number[] = [];
	for (const [pair, [prompt, prompt2]] of PAIRS.entries()) {
		const { images } = await anagram(jobOf(pair, { tries: TRIES }), benchContext(denoiser));
		const readings = [
			{ prompt, look: (x: Tensor) => x },
			{ prompt: prompt2, look: flip.apply },
		];
		const scores: number[] = []; // in the first judge's order
		for (const { pixels } of images) scores.push(await scoreOf(denoiser, pixels, readings, SECOND_JUDGE));
		const rank = scores.filter((score) => score > scores[0]).length + 1;
		gains.push(scores[0] - mean(scores));
		rows.push([`${prompt} / ${prompt2}`, mean(scores).toFixed(2), scores[0].toFixed(2), `${rank} of ${TRIES}`]);
	}
	const { sampled, judged, singles } = await timeTries(denoiser);
	await denoiser.close();
	return {
		title: `The best of ${TRIES} tries (${device.provider})`,
		header: ['anagram (flip)', 'random pick', `best of ${TRIES}`, 'its rank'],
		rows,
		notes: [
			`Scores by a second judge, which sees other noise and other timesteps than the one that chose. A random pick is the mean of all ${TRIES}.`,
			`The choice gains ${mean(gains).toFixed(2)} on average, with a standard deviation over the pairs of ${standardDeviation(gains).toFixed(2)}.`,
			`${TRIES} tries in one job: sampled in ${sampled.toFixed(1)} s, judged in ${judged.toFixed(1)} s; in ${TRIES} jobs one after the other: ${singles.toFixed(1)} s.`,
		],
	};
}

/** Seconds for 8 tries at the first anagram. */
async function timeTries(denoiser: Denoiser): Promise<{ sampled: number; judged: number; singles: number }> {
	const since = (start: number) => (performance.now() - start) / 1000;
	const start = performance.now();
	let sampled = 0;
	const context = benchContext(denoiser, ({ done, total }) => {
		if (done === total - TRIES) sampled = since(start); // the last steps are the judge's, one per picture
	});
	await anagram(jobOf(0, { tries: TRIES }), context);
	const judged = since(start) - sampled;

	const singlesStart = performance.now();
	for (let seed = 0; seed < TRIES; seed++) await anagram(jobOf(0, { seed }), benchContext(denoiser));
	return { sampled, judged, singles: since(singlesStart) };
}
