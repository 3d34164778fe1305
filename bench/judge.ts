/** How often the network, asked as a judge, picks the prompt that a plain sample was made from. */

import type { Device } from '../gpu/device.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { classify } from '../gpu/pipelines/classify.ts';
import { textToImage } from '../gpu/pipelines/text-to-image.ts';
import { benchContext, SAMPLING } from './context.ts';
import type { Table } from './table.ts';
import { mean } from './timing.ts';

/** Alike where they can be: two animals, two things with a pointed top, two landscapes. */
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

/** Guidance sharpens what the prompt asks for; without it samples are as the network takes its pictures to be. */
const GUIDANCE_SCALES = [SAMPLING.guidanceScale, 1];

/** Not the seed of any sample. */
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
		header: ['guidance', 'prompt picked right', 'its mean probability', 'its least'],
		rows,
		notes: [
			`${SAMPLES_PER_PROMPT} samples of each of ${PROMPTS.length} prompts, judged among all of them; by chance ${(1 / PROMPTS.length).toFixed(3)}.`,
			'The same network made them: this says that the judge hears what its prompts say, not that people would agree.',
		],
	};
}
