/** /generate: pictures from a prompt. */
import { type JobOf, type JobResult, MAX_PICTURES } from '../gpu/jobs/index.ts';
import { type Gallery, galleryActions, galleryReply } from './figures/gallery.ts';
import { gridRows } from './figures/sheet.ts';
import { defineCommand } from './lib/command.ts';
import { autoSamplingOptions, describeSampling, promptOption, samplingParameters } from './lib/sampling.ts';
import { upscaleAction } from './lib/upscale-button.ts';
import { fromNoise, upscaleButtons, upscaleOption, upscalerParameter } from './lib/upscale-option.ts';

export const generate = defineCommand({
	name: 'generate',
	summary: 'Make a picture from a prompt',
	example: '"a photo of a dog" --seed 180',
	options: {
		prompt: { ...promptOption, ofModel: 0 },
		count: {
			prominence: 'high',
			label: 'How many',
			kind: 'integer',
			summary: 'How many pictures; picture i uses seed + i',
			min: 1,
			max: MAX_PICTURES,
			default: 1,
			example: 4,
		},
		...autoSamplingOptions(),
		upscale: upscaleOption,
	},
	async run(options, { perform, blobs, models }) {
		const job: JobOf<'generate'> = {
			kind: 'generate',
			prompt: options.prompt,
			count: options.count,
			...samplingParameters(options, [options.prompt]),
			...(await upscalerParameter(options, fromNoise(1), models)),
		};
		return galleryReply(blobs, gallery(job, await perform(job)));
	},
	actions: {
		...galleryActions(({ job, result }) => gallery(job as JobOf<'generate'>, result)),
		...upscaleAction,
	},
});

function gallery(job: JobOf<'generate'>, { images, notes }: JobResult): Gallery {
	const pieces = images.map((image, i) => {
		const settings = describeSampling({ ...job, seed: image.seed });
		return {
			image,
			caption: `seed ${image.seed}`,
			filename: `generate-${image.seed}.png`,
			text: [`“${job.prompt}”: ${settings}.`, ...notes].join(' '),
			alt: `A picture generated from the prompt “${job.prompt}”`,
			settings,
			buttons: upscaleButtons(job, i),
		};
	});
	const settings = describeSampling(job);
	return {
		text: [`“${job.prompt}”, ${pieces.length} pictures: ${settings}.`, ...notes].join(' '),
		filename: `generate-${job.seed}-sheet.png`,
		alt: `Pictures generated from the prompt “${job.prompt}”`,
		settings,
		title: `“${job.prompt}”`,
		rows: gridRows(pieces),
	};
}
