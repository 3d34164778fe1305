import type { JobOf, JobResult } from '../gpu/jobs.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { reasonAgainst, VIEW_NAMES, VIEWS, viewReadings } from '../gpu/views/index.ts';
import { defineCommand, type Reply } from './command.ts';
import { type Gallery, galleryActions, galleryReply, type Piece, SHEET_BUTTON } from './figures/gallery.ts';
import { altText, picture } from './figures/picture.ts';
import {
	describeSampling,
	furtherPromptOption,
	promptOption,
	samplingOptions,
	samplingParameters,
} from './sampling.ts';
import { describeTry, shownTries, triesGallery, triesOption, triesParameter } from './tries.ts';
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
		tries: triesOption,
		...samplingOptions('ddpm'),
	},
	async run(options, { perform, blobs }) {
		const { prompt, prompt2, prompt3, prompt4 } = options;
		const job: JobOf<'anagram'> = {
			kind: 'anagram',
			prompts: [prompt, prompt2, prompt3, prompt4].filter((given) => given !== undefined),
			views: [...options.view],
			...triesParameter(options),
			...samplingParameters(options),
		};
		viewReadings(job); // refuses what does not fit together before it waits in the queue
		return galleryReply(blobs, gallery(job, await perform(job)));
	},
	actions: {
		...galleryActions(({ job, result }) => gallery(job as JobOf<'anagram'>, result)),
		flip: ({ job, result, blobs, index }) => reading(blobs, job as JobOf<'anagram'>, result, index),
		...upscaleAction,
	},
});

/** The best tries, in each row all readings of one, of which the upright one has its button. */
function gallery(job: JobOf<'anagram'>, result: JobResult): Gallery {
	const readings = viewReadings(job);
	const rows = shownTries(result).map((_, place) => {
		const [upright, ...others] = readings.map((_, i) => piece(job, result, place * readings.length + i));
		return [upright, ...others.map(({ image, view, caption }) => ({ image, view, caption }))];
	});
	const what = readings.map(({ prompt, look }) => `${look} “${prompt}”`).join(', ');
	const settings = describeSampling({ ...job, seed: result.images[0].seed });
	return triesGallery(result, { name: 'anagram', what: `An anagram: ${what}`, settings, rows });
}

/** One reading alone. */
async function reading(blobs: BlobStore, job: JobOf<'anagram'>, result: JobResult, index: number): Promise<Reply> {
	const { image, view, filename, text, alt, settings, buttons } = piece(job, result, index);
	return {
		text,
		figures: [await picture(blobs, image, { filename, view, alt: altText(alt, settings) })],
		buttons: result.images.length > 1 ? [...buttons, SHEET_BUTTON] : buttons,
	};
}

/** @param index of the reading: all those of the best picture, then those of the next */
function piece(job: JobOf<'anagram'>, { images, notes }: JobResult, index: number) {
	const readings = viewReadings(job);
	const place = Math.floor(index / readings.length);
	const image = images[place];
	const shown = readings[index % readings.length];
	const { prompt, view } = shown;
	const look = view ? `seen ${shown.look}` : shown.look;
	const others = readings.filter((other) => other !== shown).map((other) => `“${other.prompt}”`);
	const next = place * readings.length + ((index + 1) % readings.length);
	const settings = describeSampling({ ...job, seed: image.seed });
	const text = `“${prompt}” (${look}), otherwise ${others.join(' and ')}: ${settings}.`;
	return {
		image,
		view: view && VIEWS[view].create(image.width),
		caption: `${view ? shown.look : describeTry(image)}\n“${prompt}”`,
		filename: `anagram-${image.seed}${view ? `-${view}` : ''}.png`,
		text: [text, ...notes].join(' '),
		alt: `A visual anagram, ${look}: it should show “${prompt}”, and otherwise ${others.join(' and ')}`,
		settings,
		buttons: [{ action: 'flip', label: 'Flip', index: next }, upscaleButton(place)],
	} satisfies Piece;
}
