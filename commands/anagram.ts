import type { JobImage, JobOf } from '../gpu/jobs.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { VIEW_NAMES, VIEWS, type ViewName } from '../gpu/views/index.ts';
import { defineCommand, type Reply } from './command.ts';
import { altText, picture } from './figures/picture.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './sampling.ts';

export const anagram = defineCommand({
	name: 'anagram',
	summary: 'Make a picture that turns into another one when it is flipped',
	example: '"an oil painting of an old man" "an oil painting of people around a campfire"',
	options: {
		prompt: { ...promptOption, required: true, summary: 'What it shows upright' },
		prompt2: {
			...promptOption,
			required: true,
			summary: 'What it shows when flipped',
			example: 'an oil painting of people around a campfire',
		},
		view: {
			kind: 'names',
			summary: 'How to look at it for the second reading',
			choices: VIEW_NAMES,
			maxCount: 1,
			default: ['flip'],
		},
		...samplingOptions('ddpm'),
	},
	async run(options, { perform, blobs }) {
		const job: JobOf<'anagram'> = {
			kind: 'anagram',
			prompts: [options.prompt, options.prompt2],
			views: [...options.view],
			...samplingParameters(options),
		};
		const { images, notes } = await perform(job);
		return reading(blobs, job, images[0], 0, notes);
	},
	actions: {
		flip: ({ job, result, blobs, index }) =>
			reading(blobs, job as JobOf<'anagram'>, result.images[0], index, result.notes),
	},
});

/** @param index 0: upright, under the first prompt; i: through views[i − 1], under prompts[i]; wraps around */
async function reading(
	blobs: BlobStore,
	job: JobOf<'anagram'>,
	image: JobImage,
	index: number,
	notes: readonly string[],
): Promise<Reply> {
	const shown = index % job.prompts.length;
	const name = job.views[shown - 1] as ViewName | undefined;
	const seen = name ? `seen through the view ${name}` : 'upright';
	const others = job.prompts.filter((_, i) => i !== shown).map((prompt) => `“${prompt}”`);
	const figure = await picture(blobs, image, {
		filename: `anagram-${job.seed}${name ? `-${name}` : ''}.png`,
		alt: altText(
			`A visual anagram, ${seen}: it should show “${job.prompts[shown]}”, and otherwise ${others.join(' and ')}`,
			describeSampling(job),
		),
		...(name && { view: VIEWS[name].create(image.width) }),
	});
	const text = `“${job.prompts[shown]}” (${seen}), otherwise ${others.join(' and ')}: ${describeSampling(job)}.`;
	return {
		text: [text, ...notes].join(' '),
		figures: [figure],
		buttons: [{ action: 'flip', label: 'Flip', index: shown + 1 }],
	};
}
