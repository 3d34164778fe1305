/** /inpaint: redraws parts of a picture and keeps the rest. */
import {
	INPAINT_RULES,
	type JobOf,
	type JobResult,
	MAX_FEATHER,
	MAX_JUMP,
	MAX_PICTURES,
	MAX_RESAMPLES,
	UserError,
} from '../gpu/jobs/index.ts';
import { type Gallery, galleryActions, galleryReply } from './figures/gallery.ts';
import { gridRows } from './figures/sheet.ts';
import { defineCommand } from './lib/command.ts';
import { fitOption, fitParameter, pictureOption } from './lib/fit-option.ts';
import type { Upload } from './lib/options.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './lib/sampling.ts';
import { upscaleAction } from './lib/upscale-button.ts';
import { aroundKnown, upscaleButtons, upscaleOption, upscalerAmong, upscalerParameter } from './lib/upscale-option.ts';

/** From the paper's main results (Lugmayr et al. 2022, section 5), for 250 steps. */
const PAPER = { jumpLength: 10, resamples: 10 } as const;

/** What comes back: the picture that was sent with only the redrawn part changed, or the part that the model sees. */
const SIZES = ['picture', 'model'] as const;

/** Hides the edge of a patch; under a transparent part there is nothing to fade into. */
const SOFT = 2;

/** How the square that the model drew is enlarged to its size in the picture. */
const ENLARGEMENTS = ['stage2', 'plain'] as const;

export const inpaint = defineCommand({
	name: 'inpaint',
	summary: 'Redraw parts of a picture: where a mask is white, in a region, or where it is transparent',
	example: 'photo.png "a man wearing a hat" --region 0.25,0,0.5,0.4',
	options: {
		image: { ...pictureOption, summary: 'The picture of which parts are redrawn' },
		prompt: promptOption,
		mask: {
			kind: 'image',
			label: 'What to redraw (mask)',
			summary: 'White is redrawn; in the shape of the picture, or square',
		},
		region: {
			kind: 'numbers',
			label: 'Rectangle to redraw',
			summary: 'What to redraw: left, top, width and height, as fractions',
			min: 0,
			max: 1,
			count: 4,
			example: '0.25,0.25,0.5,0.5',
		},
		feather: {
			kind: 'number',
			label: 'Softness of the edge',
			summary: `How many of the model's pixels fade into it; default: ${SOFT}, with size model 0`,
			min: 0,
			max: MAX_FEATHER,
			example: 4,
		},
		rule: {
			kind: 'choice',
			label: 'What stays as it is',
			summary: 'What stays is noised (course), noised and repeated (repaint), or clean',
			choices: INPAINT_RULES,
			default: 'course',
		},
		jump: {
			kind: 'integer',
			label: 'Steps in a repeated stretch',
			summary: `Rule repaint: steps per stretch; default: ${PAPER.jumpLength}`,
			min: 1,
			max: MAX_JUMP,
			example: 5,
		},
		resamples: {
			kind: 'integer',
			label: 'Repeats of each stretch',
			summary: `Rule repaint: walks of each stretch; default: ${PAPER.resamples}`,
			min: 1,
			max: MAX_RESAMPLES,
			example: 5,
		},
		strength: {
			kind: 'number',
			label: 'How much to change',
			summary: 'Below 1, what is redrawn starts from what is there, noised: the less, the more stays',
			min: 0,
			max: 1,
			default: 1,
			example: 0.6,
		},
		size: {
			kind: 'choice',
			label: 'How much the model sees',
			summary: "The whole picture, or a square of the model's size (the course)",
			choices: SIZES,
			default: 'picture',
		},
		enlarge: {
			kind: 'choice',
			label: 'How the new part is enlarged',
			summary: 'How to enlarge the new part: by stage II where installed, or plainly',
			choices: ENLARGEMENTS,
			default: 'stage2',
		},
		fit: fitOption,
		count: {
			kind: 'integer',
			label: 'How many',
			summary: 'How many pictures',
			min: 1,
			max: MAX_PICTURES,
			default: 1,
			example: 4,
		},
		...samplingOptions('course'),
		// Discord takes 25 options; in chats the button below a picture of size model does the same.
		upscale: { ...upscaleOption, summary: 'With size model: also through stage II', commandLineOnly: true },
	},
	async run(options, { perform, blobs, models }) {
		const { strength, rule, jump, resamples, size, enlarge } = options;
		const whole = size === 'picture';
		const isFresh = strength === 1;
		const stageTwo = aroundKnown(isFresh);
		const upscaler = whole && enlarge === 'stage2' ? upscalerAmong(await models(), options.model, stageTwo) : undefined;
		const area = areaOf(options);
		const job: JobOf<'inpaint'> = {
			kind: 'inpaint',
			prompt: options.prompt,
			image: options.image.blob,
			...(whole && { whole }),
			...(upscaler && { upscaler }),
			...(await upscalerParameter(options, stageTwo, models)),
			...fitParameter(options),
			area,
			feather: options.feather ?? (whole && area.by !== 'transparency' ? SOFT : 0),
			...(!isFresh && { strength }),
			rule,
			jumpLength: jump ?? PAPER.jumpLength,
			resamples: resamples ?? PAPER.resamples,
			count: options.count,
			...samplingParameters(options),
		};
		return galleryReply(blobs, gallery(job, await perform(job), options.image));
	},
	actions: {
		...galleryActions(({ job, result, options }) => gallery(job as JobOf<'inpaint'>, result, options.image as Upload)),
		...upscaleAction,
	},
});

interface AreaOptions {
	readonly mask: Upload | undefined;
	readonly region: readonly number[] | undefined;
}

function areaOf({ mask, region }: AreaOptions): JobOf<'inpaint'>['area'] {
	if (mask && region) throw new UserError('Give a mask or a region, not both.');
	if (mask) return { by: 'mask', mask: mask.blob };
	if (!region) return { by: 'transparency' };
	const [x, y, width, height] = region;
	return { by: 'region', region: [x, y, width, height] };
}

/** @param sent the picture that was inpainted */
function gallery(job: JobOf<'inpaint'>, { images, notes }: JobResult, { name, sentSize }: Upload): Gallery {
	const original = images.find(({ role }) => role === 'original');
	const made = `${name}, redrawn ${describeArea(job)} as “${job.prompt}”`;
	const how = describeRule(job);
	/** "1200 × 800 pixels, ", where the whole picture comes back. */
	const smaller = sentSize ? ` (reduced from ${sentSize.width} × ${sentSize.height})` : '';
	const sizes = job.whole ? `${images[0].width} × ${images[0].height} pixels${smaller}, ` : '';
	const pieces = images
		.filter(({ role }) => role === undefined)
		.map((image) => {
			const settings = `${how}, ${describeSampling({ ...job, seed: image.seed })}`;
			return {
				image,
				caption: `seed ${image.seed}`,
				filename: `inpaint-${image.seed}.png`,
				text: [`${made}: ${sizes}${settings}.`, ...notes].join(' '),
				alt: `An inpainting: ${made}`,
				settings,
				// Stage II is for pictures of stage I, and would reduce a whole one to as few pixels.
				buttons: job.whole ? [] : upscaleButtons(job, images.indexOf(image)),
				...(original && { against: { image: original, labels: ['inpainted', 'original'] as const } }),
			};
		});
	const inputs = images.flatMap((image) => (image.role ? { image, caption: image.role } : []));
	const settings = `${how}, ${describeSampling(job)}`;
	const hole = job.whole ? '' : ', and what was under it';
	return {
		text: [`${made}: ${sizes}${settings}.`, ...notes].join(' '),
		filename: `inpaint-${job.seed}-sheet.png`,
		alt: `Inpaintings: ${made}; beside them the original and the mask, white where it is redrawn${hole}`,
		settings,
		title: `${name} as “${job.prompt}”`,
		// As in the course, a square of the model's size has the inputs above the results.
		rows: job.whole ? gridRows([...pieces, ...inputs]) : [inputs, ...gridRows(pieces)],
	};
}

function describeArea({ area }: JobOf<'inpaint'>): string {
	switch (area.by) {
		case 'mask':
			return 'where the mask is white';
		case 'region':
			return `in the region ${area.region.join(',')}`;
		case 'transparency':
			return 'where it was transparent';
	}
}

/** "rule repaint (jump 10, resamples 10), strength 0.6, feather 2, size model" or "rule course" */
function describeRule({ rule, jumpLength, resamples, strength, feather, whole }: JobOf<'inpaint'>): string {
	return [
		`rule ${rule}${rule === 'repaint' ? ` (jump ${jumpLength}, resamples ${resamples})` : ''}`,
		...(strength === undefined ? [] : [`strength ${strength}`]),
		...(feather > 0 ? [`feather ${feather}`] : []),
		...(whole ? [] : ['size model']),
	].join(', ');
}
