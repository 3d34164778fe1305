/** /mnist denoise: takes the noise off a digit in one step. */
import { DENOISER_SIGMA, type JobOf } from '../../gpu/jobs/index.ts';
import { galleryActions, galleryReply } from '../figures/gallery.ts';
import { defineCommand } from '../lib/command.ts';
import type { Upload } from '../lib/options.ts';
import { digitOption, imageOption, sigmaOption, sigmasOf, sourcesOf } from './digits-option.ts';
import { noisyGallery } from './noisy.ts';
import { epochOption, runOption, seedOption, weightsOf } from './weights.ts';

export const denoise = defineCommand({
	name: 'mnist denoise',
	summary: 'Put noise on a digit, drawn or of the test set, and let a network take it off in one step',
	example: '--digit 7 --sigma 0.2,0.5,0.8',
	options: {
		image: imageOption,
		digit: digitOption,
		sigma: sigmaOption([DENOISER_SIGMA]),
		run: runOption,
		epoch: epochOption,
		seed: seedOption,
	},
	async run(options, { perform, blobs, training }) {
		const { image, digit, sigma, seed } = options;
		const job: JobOf<'digit-denoise'> = {
			kind: 'digit-denoise',
			sources: sourcesOf(image, digit),
			sigmas: sigmasOf(sigma),
			...(await weightsOf(options, ['denoiser'], training)),
			seed,
		};
		return galleryReply(blobs, noisyGallery(job, await perform(job), image));
	},
	actions: galleryActions(({ job, result, options }) =>
		noisyGallery(job as JobOf<'digit-denoise'>, result, options.image as Upload | undefined),
	),
});
