/** How often the network, used as a judge, picks the prompt that a plain sample was made from. */

import type { Device } from '../gpu/device.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { classify } from '../gpu/pipelines/classify.ts';
import { textToImage } from '../gpu/pipelines/text-to-image.ts';
import { benchContext, SAMPLING } from './context.ts';
import type { Table } from './table.ts';
import { mean } from './timing.ts';

/** Some are alike on purpose: two animals, two things with a pointed top, two landscapes. */
const PROMPTS = [
	'a photo of a cat',
	'a photo of a dog',
	'a pencil',
	'a sailboat',
	'an oil painting of an old man',
	'a photo of the amalfi coast',
	'an oil painting of a snowy mountain village',
	'a hamburger',
];
const SAMPLES_PER_PROMPT = 3;

/** With guidance, and without, when samples follow the distribution that the network learned. */
const GUIDANCE_SCALES = [SAMPLING.guidanceScale, 1];

/** No sample has this seed. */
const JUDGE_SEED = 1234567;

export async function benchJudge(directory: string, device: Device): Promise<Table> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const rows: string[][] = [];
	for (const guidanceScale of GUIDANCE_SCALES) {
		const probabilities: number[] = [];
		let right = 0;
		for (const [i, prompt] of PROMPTS.entries()) {
			const job = { kind: 'generate', ...SAMPLING, guidanceScale, prompt, count: SAMPLES_PER_PROMPT } as const;
			for (const { pixels } of (await textToImage(job, benchContext(denoiser))).images) {
				const judged = await classify(denoiser, pixels, PROMPTS, { seed: JUDGE_SEED });
				if (judged.every((other, j) => j === i || other < judged[i])) right++;
				probabilities.push(judged[i]);
			}
		}
		rows.push([
			String(guidanceScale),
			`${right} of ${probabilities.length}`,
			mean(probabilities).toFixed(2),
			Math.min(...probabilities).toFixed(2),
		]);
	}
	await denoiser.close();
	return {
		title: `The network as a judge (${device.provider})`,
		header: ['guidance', 'right prompt picked', 'its mean probability', 'its lowest'],
		rows,
		notes: [
			`${SAMPLES_PER_PROMPT} samples of each of ${PROMPTS.length} prompts, each judged against all prompts. Chance would be ${(1 / PROMPTS.length).toFixed(3)}.`,
			'The same network made the samples, so this shows that the judge understands its prompts, not that people would agree.',
		],
	};
}
