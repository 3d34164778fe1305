/** /noise: a picture at rising noise levels, by the forward process. */
import { type JobOf, type JobResult, MAX_TIMESTEP } from '../gpu/jobs/index.ts';
import { type Gallery, galleryActions, galleryReply } from './figures/gallery.ts';
import { noisyCell } from './figures/noisy-cell.ts';
import { gridRows } from './figures/sheet.ts';
import { defineCommand } from './lib/command.ts';
import { describeFit, fitOption, fitParameter, pictureOption } from './lib/fit-option.ts';
import { levelsOption } from './lib/levels-option.ts';
import type { Upload } from './lib/options.ts';
import { samplingOptions } from './lib/sampling.ts';

const { seed, model } = samplingOptions('course');

export const noise = defineCommand({
	name: 'noise',
	summary: 'Show a picture with more and more noise: the forward process of diffusion',
	example: 'tower.png --t 250,500,750',
	options: {
		image: pictureOption,
		t: levelsOption,
		fit: fitOption,
		seed,
		model,
	},
	async run(options, { perform, blobs }) {
		const job: JobOf<'noise'> = {
			kind: 'noise',
			model: options.model.name,
			seed: options.seed,
			image: options.image.blob,
			...fitParameter(options),
			levels: [...new Set(options.t)],
		};
		return galleryReply(blobs, gallery(job, await perform(job), options.image.name));
	},
	actions: galleryActions(({ job, result, options }) =>
		gallery(job as JobOf<'noise'>, result, (options.image as Upload).name),
	),
});

/** @param name of the picture */
function gallery(job: JobOf<'noise'>, { images, notes }: JobResult, name: string): Gallery {
	const settings = [`seed ${job.seed}`, `model ${job.model}`, ...describeFit(job)].join(', ');
	const says = (what: string) => [`${name}, ${what}: ${settings}.`, ...notes].join(' ');
	const [original, ...noisy] = images;
	const pieces = noisy.map((image) => {
		const cell = noisyCell(image);
		return {
			...cell,
			filename: `noise-${job.seed}-t-${image.t}.png`,
			text: says(cell.caption.replace('\n', ', ')),
			alt: `${name} with noise of timestep ${image.t} of ${MAX_TIMESTEP}`,
			settings,
			label: `t = ${image.t}`,
		};
	});
	return {
		text: says(`noisy, t = ${job.levels.join(', ')}`),
		filename: `noise-${job.seed}-sheet.png`,
		alt: `${name} with more and more noise`,
		settings,
		title: `Noise on ${name}`,
		rows: gridRows([noisyCell(original), ...pieces]),
	};
}
