import type { JobImage, JobOf } from '../gpu/jobs.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { reasonAgainst, VIEW_NAMES, VIEWS, viewReadings } from '../gpu/views/index.ts';
import { defineCommand, type Reply } from './command.ts';
import { altText, picture } from './figures/picture.ts';
import {
	describeSampling,
	furtherPromptOption,
	promptOption,
	samplingOptions,
	samplingParameters,
} from './sampling.ts';
import { upscaleAction, upscaleButton } from './upscale-button.ts';

export const anagram = defineCommand({
	name: 'anagram',
	summary: 'Make a picture that turns into another one when it is flipped, turned, cut up, …',
	example: '"an oil painting of an old man" "an oil painting of people around a campfire"',
	options: {
		prompt: { ...promptOption, required: true, summary: 'What it shows upright' },
		prompt2: {
			...promptOption,
			required: true,
			summary: 'What it shows through the view, flipped if none is named',
			example: 'an oil painting of people around a campfire',
		},
		prompt3: { ...furtherPromptOption, summary: 'What it shows through a second view' },
		prompt4: { ...furtherPromptOption, summary: 'What it shows through a third view' },
		view: {
			kind: 'names',
			summary: 'How to look at it for the readings after the first: a view for each',
			choices: VIEW_NAMES,
			reasonAgainst,
			maxCount: 3,
			default: ['flip'],
		},
		...samplingOptions('ddpm'),
	},
	async run(options, { perform, blobs }) {
		const { prompt, prompt2, prompt3, prompt4 } = options;
		const job: JobOf<'anagram'> = {
			kind: 'anagram',
			prompts: [prompt, prompt2, prompt3, prompt4].filter((given) => given !== undefined),
			views: [...options.view],
			...samplingParameters(options),
		};
		viewReadings(job); // refuses what does not fit together before it waits in the queue
		const { images, notes } = await perform(job);
		return reading(blobs, job, images[0], 0, notes);
	},
	actions: {
		flip: ({ job, result, blobs, index }) =>
			reading(blobs, job as JobOf<'anagram'>, result.images[0], index, result.notes),
		...upscaleAction,
	},
});

/** @param index of the reading; after the last comes the first */
async function reading(
	blobs: BlobStore,
	job: JobOf<'anagram'>,
	image: JobImage,
	index: number,
	notes: readonly string[],
): Promise<Reply> {
	const readings = viewReadings(job);
	const shown = readings[index % readings.length];
	const { prompt, view } = shown;
	const look = view ? `seen ${shown.look}` : shown.look;
	const others = readings.filter((other) => other !== shown).map((other) => `“${other.prompt}”`);
	const figure = await picture(blobs, image, {
		filename: `anagram-${job.seed}${view ? `-${view}` : ''}.png`,
		alt: altText(
			`A visual anagram, ${look}: it should show “${prompt}”, and otherwise ${others.join(' and ')}`,
			describeSampling(job),
		),
		...(view && { view: VIEWS[view].create(image.width) }),
	});
	const text = `“${prompt}” (${look}), otherwise ${others.join(' and ')}: ${describeSampling(job)}.`;
	return {
		text: [text, ...notes].join(' '),
		figures: [figure],
		buttons: [{ action: 'flip', label: 'Flip', index: (index + 1) % readings.length }, upscaleButton()],
	};
}
