/** /denoise: adds noise to a picture and removes it again, by each method of the course. */
import {
	BLUR_LIMITS,
	DENOISE_METHODS,
	type DenoiseMethod,
	ENTRY_TIMESTEP,
	type JobImage,
	type JobOf,
	type JobResult,
	MAX_STEPS,
	seedOf,
	UserError,
	widestKernel,
} from '../gpu/jobs/index.ts';
import { shownStates } from './figures/descent.ts';
import { type Gallery, galleryActions, galleryReply, type Piece } from './figures/gallery.ts';
import { noisyCell } from './figures/noisy-cell.ts';
import { altText } from './figures/picture.ts';
import { defineCommand, type Figure, type Studio } from './lib/command.ts';
import { describeFit, fitOption, fitParameter, pictureOption } from './lib/fit-option.ts';
import { levelsOption } from './lib/levels-option.ts';
import type { Upload } from './lib/options.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './lib/sampling.ts';
import { upscaleAction, upscaleButton } from './lib/upscale-button.ts';

const sampling = samplingOptions('course');

export const denoise = defineCommand({
	name: 'denoise',
	summary: 'Add noise to a picture and remove it again: by blurring, in one step, or step by step',
	example: 'tower.png --method compare --start 10',
	options: {
		image: pictureOption,
		prompt: promptOption,
		method: {
			kind: 'choice',
			label: 'How to denoise it',
			summary: 'blur: Gaussian; one-step: one estimate of the noise; iterative: down the timesteps; compare: all',
			choices: DENOISE_METHODS,
			default: 'compare',
		},
		t: { ...levelsOption, summary: 'With blur and one-step: timesteps to noise it to; one picture for each' },
		start: {
			kind: 'integer',
			label: 'Where to start',
			summary: `With compare and iterative: index of the timestep to start at; default: that of t = ${ENTRY_TIMESTEP}`,
			min: 0,
			max: MAX_STEPS,
			example: 10,
		},
		sigma: {
			kind: 'number',
			label: 'Strength of the blur (sigma)',
			summary: 'Standard deviation of the blur in pixels; default: the best one for each t',
			...BLUR_LIMITS.sigma,
			example: 2,
		},
		kernel: {
			kind: 'integer',
			label: 'Width of the blur (kernel)',
			summary: 'Width of the blur in pixels, odd; default: as wide as its sigma needs',
			...BLUR_LIMITS.kernel,
			example: 9,
		},
		fit: fitOption,
		animate: { kind: 'flag', label: 'Also as an animation', summary: 'Also show the whole way down as an animation' },
		...sampling,
		guidance: {
			...sampling.guidance,
			summary: 'Classifier-free guidance scale; 1, as in the course, means none',
			default: 1,
		},
	},
	async run(options, { perform, blobs, film }) {
		const { method, kernel, sigma, start, t } = options;
		if (descends(method) && t !== levelsOption.default) {
			throw new UserError(`t is for blur and one-step; ${method} takes start, an index into the timesteps.`);
		}
		if (!descends(method) && (start !== undefined || options.animate)) {
			throw new UserError(
				`${options.animate ? 'animate' : 'start'} is for compare and iterative; with ${method} leave it out.`,
			);
		}
		const widest = widestKernel(options.model.sampleSize);
		if (kernel !== undefined && (kernel % 2 === 0 || kernel > widest)) {
			throw new UserError(`kernel must be an odd number from 1 to ${widest}; got ${kernel}.`);
		}
		const job: JobOf<'denoise'> = {
			kind: 'denoise',
			prompt: options.prompt,
			image: options.image.blob,
			...fitParameter(options),
			method,
			levels: [...new Set(t)],
			...(start !== undefined && { start }),
			...(kernel !== undefined && { kernel }),
			...(sigma !== undefined && { sigma }),
			states: options.animate ? 'all' : 'strip',
			...samplingParameters(options),
		};
		const result = await perform(job);
		const reply = await galleryReply(blobs, gallery(job, result, options.image.name));
		if (!options.animate) return reply;
		return { ...reply, figures: [...reply.figures, await wayDown({ blobs, film }, job, result, options.image.name)] };
	},
	actions: {
		...galleryActions(({ job, result, options }) =>
			gallery(job as JobOf<'denoise'>, result, (options.image as Upload).name),
		),
		...upscaleAction,
		animate: async ({ job, options }) => ({
			command: 'denoise',
			options: { ...options, seed: seedOf(job), model: job.model, animate: 'yes' },
		}),
	},
});

/** Whether the method goes down the timesteps. */
const descends = (method: DenoiseMethod) => method === 'compare' || method === 'iterative';

/** Every state from the noisy picture to the denoised one. */
async function wayDown(
	{ blobs, film }: Studio,
	job: JobOf<'denoise'>,
	{ images }: JobResult,
	name: string,
): Promise<Figure> {
	const states = images.filter(({ role }) => role === 'state' || role === 'frame' || role === 'iterative');
	const captioned = states.map((image) => ({
		image,
		caption: image.role === 'iterative' ? 'denoised' : `t = ${image.t}`,
	}));
	return film('descent', {
		states: await shownStates(blobs, captioned),
		filename: `denoise-${job.seed}-descent.gif`,
		alt: altText(
			`An animation of ${name} being denoised from t = ${states[0].t} in ${states.length - 1} steps`,
			describe(job),
		),
	});
}

/** @param name of the picture */
function gallery(job: JobOf<'denoise'>, { images, notes }: JobResult, name: string): Gallery {
	const settings = describe(job);
	const having = (...roles: string[]) => images.filter(({ role = '' }) => roles.includes(role));
	const says = (what: string) => [`${name}, ${what}: ${settings}.`, ...notes].join(' ');
	const piece = (image: JobImage): Piece => {
		const cell = noisyCell(image);
		const [what] = cell.caption.split('\n');
		return {
			...cell,
			filename: `denoise-${job.seed}-${image.role}-t-${image.t}.png`,
			text: says(cell.caption.replace('\n', ', ')),
			alt: `${name}, ${image.role === 'state' ? `on the way down at ${what}` : what}`,
			settings,
			label: what,
		};
	};
	const levels = having('noisy').map(({ t }) => t);
	const original = having('original').map(noisyCell);
	const made = having('blurred', 'one-step', 'iterative').map((image) => ({
		...piece(image),
		...(image.role !== 'blurred' && { buttons: [upscaleButton(images.indexOf(image))] }),
	}));
	const noisy = having('noisy').map(piece);
	const states = having('state').map(piece);
	const rows =
		job.method === 'compare'
			? [[...original, ...noisy, ...made], states]
			: job.method === 'iterative'
				? [states, [...made, ...original]]
				: levels.length === 1
					? [[...original, ...noisy, ...made]]
					: [[...noisy, ...original], made];
	return {
		text: says(`noised to t = ${levels.join(', ')} and denoised (${job.method})`),
		filename: `denoise-${job.seed}-${job.method}-sheet.png`,
		alt: `${name} noised and denoised again (${job.method})`,
		settings,
		title: `Denoising ${name}`,
		rows,
		...(descends(job.method) && job.states === 'strip' && { buttons: [{ action: 'animate', label: 'Animate' }] }),
	};
}

/** How to reproduce it: the settings that the method depends on. */
function describe(job: JobOf<'denoise'>): string {
	const sigma = job.sigma === undefined ? 'sigma of the best PSNR' : `sigma ${job.sigma}`;
	const blur = job.kernel === undefined ? sigma : `${sigma}, kernel ${job.kernel}`;
	if (job.method === 'blur') {
		return [blur, `seed ${job.seed}`, `model ${job.model}`, ...describeFit(job)].join(', ');
	}
	const sampling = `under “${job.prompt}”, ${describeSampling(job)}`;
	const parts = [job.method === 'compare' ? blur : '', job.start === undefined ? '' : `start ${job.start}`, sampling];
	return parts.filter((part) => part !== '').join(', ');
}
