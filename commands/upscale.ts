/** /upscale: makes a small picture four times as large, with stage II. */
import { type JobOf, type JobResult, MAX_TIMESTEP, MAX_VIEWS, UserError } from '../gpu/jobs/index.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import {
	componentReadings,
	DECOMPOSITION_NAMES,
	DECOMPOSITIONS,
	FILTER_SIDE,
	filterOf,
	KERNEL_LIMITS,
	SIGMA_LIMITS,
	VIEW_NAMES,
	VIEWS,
	type ViewReading,
	viewReadings,
} from '../gpu/views/index.ts';
import { type Against, altText, picture } from './figures/picture.ts';
import { type StoredImage, storedImage } from './figures/raster.ts';
import { defineCommand, type Reply } from './lib/command.ts';
import { fitOption, fitParameter, pictureOption } from './lib/fit-option.ts';
import type { Upload } from './lib/options.ts';
import {
	describeSampling,
	furtherPromptOption,
	promptOption,
	samplingOptions,
	samplingParameters,
} from './lib/sampling.ts';
import { usualNoiseLevel } from './lib/upscale-option.ts';

/** The kind of a picture that is not a hybrid. */
const NO_HYBRID = 'none';

/** Only by its name, so that a single prompt needs no quotes. */
const { positional: _, ...namedPromptOption } = furtherPromptOption;

export const upscale = defineCommand({
	name: 'upscale',
	summary: 'Make a small picture four times as large, as DeepFloyd does in its second stage',
	example: 'dog.png "a photo of a dog"',
	options: {
		image: {
			...pictureOption,
			summary: 'The small picture, a quarter of the result a side; fit says how it becomes square',
		},
		prompt: { ...promptOption, label: 'What it shows', summary: 'What it shows' },
		prompt2: {
			...namedPromptOption,
			label: 'In its second reading',
			summary: 'What an anagram or hybrid shows in its second reading',
		},
		prompt3: { ...namedPromptOption, label: 'In its third reading', summary: 'What it shows in a third reading' },
		prompt4: { ...namedPromptOption, label: 'In its fourth reading', summary: 'What it shows in a fourth reading' },
		view: {
			kind: 'names',
			label: 'How it is looked at',
			summary: 'For an anagram: how to look at it for each reading after the first',
			choices: VIEW_NAMES,
			maxCount: MAX_VIEWS,
			default: [],
		},
		kind: {
			kind: 'choice',
			label: 'How the prompts share it',
			summary: 'For a hybrid: how its prompts share the picture',
			choices: [NO_HYBRID, ...DECOMPOSITION_NAMES],
			default: NO_HYBRID,
		},
		sigma: {
			kind: 'number',
			label: 'Strength of the blur (sigma)',
			summary: `For a hybrid: the standard deviation of the blur it was made with, in pixels of ${FILTER_SIDE}`,
			...SIGMA_LIMITS,
			example: 2,
		},
		kernel: {
			kind: 'integer',
			label: 'Width of the blur (kernel)',
			summary: `For a hybrid: the width of the blur it was made with, odd, in pixels of ${FILTER_SIDE}`,
			...KERNEL_LIMITS,
			example: DECOMPOSITIONS.frequency.filter.kernel,
		},
		noise: {
			kind: 'integer',
			label: 'Noise to add first',
			summary: `Timestep to noise the small picture to; default: ${usualNoiseLevel(1)}, with several prompts ${usualNoiseLevel(2)}`,
			min: 0,
			max: MAX_TIMESTEP,
			example: usualNoiseLevel(1),
		},
		fit: fitOption,
		...samplingOptions('ddpm'),
		model: { kind: 'model', stage: 2, label: 'Model to use', summary: 'One of the stage II models that /models lists' },
	},
	async run(options, { perform, blobs }) {
		const { prompt, prompt2, prompt3, prompt4, noise } = options;
		const prompts = [prompt, prompt2, prompt3, prompt4].filter((given) => given !== undefined);
		const job: JobOf<'upscale'> = {
			kind: 'upscale',
			prompts,
			image: options.image.blob,
			...fitParameter(options),
			noiseLevel: noise ?? usualNoiseLevel(prompts.length),
			through: throughOf(options, prompts.length),
			...samplingParameters(options),
		};
		readingsOf(job); // refuses what does not fit together before it waits in the queue
		return reading(blobs, job, await perform(job), options.image.name, 0);
	},
	actions: {
		flip: ({ job, result, options, blobs, index }) =>
			reading(blobs, job as JobOf<'upscale'>, result, (options.image as Upload).name, index),
	},
});

interface ThroughOptions {
	readonly view: readonly string[];
	readonly kind: string;
	readonly sigma?: number;
	readonly kernel?: number;
}

function throughOf({ view, kind, sigma, kernel }: ThroughOptions, prompts: number): JobOf<'upscale'>['through'] {
	if (kind !== NO_HYBRID) {
		if (view.length > 0) throw new UserError('Give view for an anagram or kind for a hybrid, not both.');
		return {
			kind: 'components',
			decomposition: kind,
			...(sigma !== undefined && { sigma }),
			...(kernel !== undefined && { kernel }),
		};
	}
	if (sigma !== undefined || kernel !== undefined) {
		throw new UserError('sigma and kernel are for a hybrid; give its kind too, or leave them out.');
	}
	if (prompts > 1 && view.length === 0) {
		throw new UserError('With several prompts, also give the view of the anagram or the kind of the hybrid.');
	}
	if (prompts === 1 && view.length > 0) {
		throw new UserError(`The view ${view[0]} needs a prompt of its own; give it as prompt2.`);
	}
	return { kind: 'views', views: [...view] };
}

/** Throws a UserError when prompts, views and filters do not fit together. */
function readingsOf({ prompts, through }: JobOf<'upscale'>): readonly Pick<ViewReading, 'prompt' | 'look' | 'view'>[] {
	if (through.kind === 'views') return viewReadings({ ...through, prompts });
	filterOf(through);
	return componentReadings({ ...through, prompts }).map(({ look }, i) => ({ prompt: prompts[i], look }));
}

/**
 * @param name of the small picture
 * @param index the reading that an anagram is shown in; after the last comes the first
 */
async function reading(
	blobs: BlobStore,
	job: JobOf<'upscale'>,
	{ images: [image], notes }: JobResult,
	name: string,
	index: number,
): Promise<Reply> {
	const readings = readingsOf(job);
	const { view, look, prompt } = readings[index % readings.length];
	const shown =
		readings.length === 1
			? `“${job.prompts[0]}”`
			: readings.map((other) => `${other.look} “${other.prompt}”`).join(', ');
	const enlarged = `${name} four times as large${view ? `, seen ${look}` : ''}`;
	const settings = `noise level ${job.noiseLevel}, ${describeSampling(job)}`;
	const turns = job.through.kind === 'views' && readings.length > 1;
	const next = (index + 1) % readings.length;
	const against = turns
		? {
				image,
				view: viewOf(readings[next], image),
				labels: [look, readings[next].look] as const,
				turned: true as const,
			}
		: await smallPicture(blobs, job);
	const figure = await picture(blobs, image, {
		filename: `upscale-${job.seed}${view ? `-${view}` : ''}.png`,
		alt: altText(`${enlarged}; it should show ${shown}`, settings),
		view: viewOf({ view }, image),
		prompt,
		against,
	});
	return {
		text: [`${enlarged}; ${shown}: ${settings}.`, ...notes].join(' '),
		figures: [figure],
		...(turns && { buttons: [{ action: 'flip', label: 'Flip', index: next }] }),
	};
}

const viewOf = ({ view }: Pick<ViewReading, 'view'>, { width }: StoredImage) => view && VIEWS[view].create(width);

/** What was enlarged, unless only a part of it was: a square is taken whole. */
async function smallPicture(blobs: BlobStore, { image: blob }: JobOf<'upscale'>): Promise<Against | undefined> {
	const image = await storedImage(blobs, blob).catch(() => undefined); // the upload may be gone
	return image && image.width === image.height ? { image, labels: ['upscaled', 'before'] } : undefined;
}
