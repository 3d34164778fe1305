/** /anagram: a picture that shows one thing upright and another through a view. */
import { type JobOf, type JobResult, MAX_VIEWS } from '../gpu/jobs/index.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { reasonAgainst, VIEW_NAMES, VIEWS, type ViewReading, viewReadings } from '../gpu/views/index.ts';
import { type Gallery, galleryActions, galleryReply, type Piece, pieceButtons } from './figures/gallery.ts';
import { altText, picture } from './figures/picture.ts';
import { pictureFile } from './figures/raster.ts';
import { defineCommand, type Reply } from './lib/command.ts';
import {
	autoSamplingOptions,
	describeSampling,
	furtherPromptOption,
	promptOption,
	samplingParameters,
} from './lib/sampling.ts';
import { describeTry, shownTries, triesGallery, triesOption, triesParameter } from './lib/tries.ts';
import { upscaleAction } from './lib/upscale-button.ts';
import { fromNoise, upscaleButtons, upscaleOption, upscalerParameter } from './lib/upscale-option.ts';

/** The default prompts where the model has none of its own. */
const EXAMPLES = ['an oil painting of an old man', 'an oil painting of people around a campfire'] as const;

export const anagram = defineCommand({
	name: 'anagram',
	summary: 'Make a picture that turns into another one when it is flipped, turned, cut up, …',
	example: `"${EXAMPLES.join('" "')}"`,
	options: {
		prompt: {
			...promptOption,
			ofModel: 0,
			default: EXAMPLES[0],
			summary: 'What it shows upright',
			label: 'Upright it shows',
		},
		prompt2: {
			...promptOption,
			ofModel: 1,
			default: EXAMPLES[1],
			summary: 'What it shows through the view (flipped, by default)',
			label: 'Through the view it shows',
			example: EXAMPLES[1],
		},
		prompt3: { ...furtherPromptOption, summary: 'What it shows through a second view', label: 'Through a second view' },
		prompt4: { ...furtherPromptOption, summary: 'What it shows through a third view', label: 'Through a third view' },
		view: {
			kind: 'names',
			label: 'How it is looked at',
			prominence: 'high',
			summary: 'How to look at it for each reading after the first: one view per reading',
			choices: VIEW_NAMES,
			reasonAgainst,
			maxCount: MAX_VIEWS,
			default: ['flip'],
		},
		animate: {
			kind: 'flag',
			label: 'Also as an animation',
			summary: 'Also as an animation that turns from one reading into the other',
		},
		tries: triesOption,
		...autoSamplingOptions(),
		upscale: upscaleOption,
	},
	async run(options, { perform, blobs, film, models }) {
		const { prompt, prompt2, prompt3, prompt4 } = options;
		const prompts = [prompt, prompt2, prompt3, prompt4].filter((given) => given !== undefined);
		const job: JobOf<'anagram'> = {
			kind: 'anagram',
			prompts,
			views: [...options.view],
			...triesParameter(options),
			...samplingParameters(options, prompts),
			...(await upscalerParameter(options, fromNoise(prompts.length), models)),
		};
		viewReadings(job); // refuses what does not fit together before it waits in the queue
		return galleryReply(blobs, gallery(job, await perform(job)), options.animate ? film : undefined);
	},
	actions: {
		...galleryActions(({ job, result }) => gallery(job as JobOf<'anagram'>, result)),
		flip: ({ job, result, blobs, index }) => reading(blobs, job as JobOf<'anagram'>, result, index),
		...upscaleAction,
	},
});

/** The best tries, each with all its readings side by side; only the upright reading has a button. */
function gallery(job: JobOf<'anagram'>, result: JobResult): Gallery {
	const readings = viewReadings(job);
	const tries = shownTries(result).map((_, rank) => {
		const [upright, ...others] = readings.map((_, i) => piece(job, result, rank * readings.length + i));
		return [upright, ...others.map(({ image, view, caption }) => ({ image, view, caption }))];
	});
	const settings = describeSampling({ ...job, seed: result.images[0].seed });
	return triesGallery(result, { name: 'anagram', what: `An anagram: ${describeReadings(job)}`, settings, tries });
}

/** "upright “an old man”, through the view flip “a campfire”" */
function describeReadings(job: JobOf<'anagram'>): string {
	return viewReadings(job).map(describeReading).join(', ');
}

const describeReading = ({ prompt, look }: ViewReading) => `${look} “${prompt}”`;

/** One reading alone. */
async function reading(blobs: BlobStore, job: JobOf<'anagram'>, result: JobResult, index: number): Promise<Reply> {
	// The buttons of the upright reading, except that Flip continues from this one.
	const others = pieceButtons(gallery(job, result), Math.floor(index / job.prompts.length));
	const { image, view, filename, text, alt, settings, buttons, against } = piece(job, result, index);
	const { prompt } = viewReadings(job)[index % job.prompts.length];
	const flip = buttons[0];
	return {
		text,
		figures: [await picture(blobs, image, { filename, view, prompt, against, alt: altText(alt, settings) })],
		buttons: others.map((button) => (button.action === flip.action ? flip : button)),
	};
}

/** @param index the reading's position: all readings of the best picture, then those of the next */
function piece(job: JobOf<'anagram'>, { images, notes }: JobResult, index: number) {
	const readings = viewReadings(job);
	const rank = Math.floor(index / readings.length);
	const image = images[rank];
	const shown = readings[index % readings.length];
	const { prompt, view } = shown;
	const look = view ? `seen ${shown.look}` : shown.look;
	const others = readings.filter((other) => other !== shown).map((other) => `“${other.prompt}”`);
	const next = rank * readings.length + ((index + 1) % readings.length);
	const turned = readings[next % readings.length];
	const through = (name: typeof view) => name && VIEWS[name].create(image.width);
	const settings = describeSampling({ ...job, seed: image.seed });
	const text = `“${prompt}” (${look}), also ${others.join(' and ')}: ${settings}.`;
	return {
		image,
		view: through(view),
		caption: `${view ? shown.look : describeTry(image)}\n“${prompt}”`,
		filename: `anagram-${image.seed}${view ? `-${view}` : ''}.png`,
		text: [text, ...notes].join(' '),
		alt: `A visual anagram, ${look}: it should show “${prompt}”, and in its other readings ${others.join(' and ')}`,
		settings,
		buttons: [{ action: 'flip', label: 'Flip', index: next }, ...upscaleButtons(job, rank)],
		against: {
			image,
			view: through(turned.view),
			labels: [describeReading(shown), describeReading(turned)],
			turned: true,
		},
		moving: async ({ blobs, film }) =>
			film('anagram', {
				picture: await pictureFile(blobs, image),
				readings,
				filename: `anagram-${image.seed}.gif`,
				alt: altText(`A visual anagram that moves: ${describeReadings(job)}, and back`, settings),
			}),
	} satisfies Piece;
}
