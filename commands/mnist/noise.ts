/** /mnist noise: a digit at rising noise levels. */
import { COURSE_SIGMAS, type JobOf } from '../../gpu/jobs/index.ts';
import { galleryActions, galleryReply } from '../figures/gallery.ts';
import { defineCommand } from '../lib/command.ts';
import type { Upload } from '../lib/options.ts';
import { digitOption, imageOption, sigmaOption, sigmasOf, sourcesOf } from './digits-option.ts';
import { noisyGallery } from './noisy.ts';
import { seedOption } from './weights.ts';

export const noise = defineCommand({
	name: 'mnist noise',
	summary: 'Show digits, drawn or from the test set, with more and more noise',
	example: '--digit 123 --sigma 0,0.5,1',
	options: { image: imageOption, digit: digitOption, sigma: sigmaOption(COURSE_SIGMAS), seed: seedOption },
	async run({ image, digit, sigma, seed }, { perform, blobs }) {
		const job: JobOf<'digit-noise'> = {
			kind: 'digit-noise',
			model: 'denoiser',
			sources: sourcesOf(image, digit),
			sigmas: sigmasOf(sigma),
			seed,
		};
		return galleryReply(blobs, noisyGallery(job, await perform(job), image));
	},
	actions: galleryActions(({ job, result, options }) =>
		noisyGallery(job as JobOf<'digit-noise'>, result, options.image as Upload | undefined),
	),
});
