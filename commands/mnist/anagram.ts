/** /mnist anagram: digits that are other digits upside down. */
import { ALL_DIGITS, type JobOf, type JobResult, TOLD_MODELS } from '../../gpu/jobs/index.ts';
import { VIEWS, type ViewReading } from '../../gpu/views/index.ts';
import { type Gallery, galleryActions, galleryReply } from '../figures/gallery.ts';
import { altText } from '../figures/picture.ts';
import { pictureFile } from '../figures/raster.ts';
import { defineCommand } from '../lib/command.ts';
import { describeFlow, flowOf, flowOptions } from './flow-options.ts';
import { describeWeights, epochOption, guidanceOption, runOption, seedOption, weightsOf } from './weights.ts';

/** Each is shown both ways up; on a taller sheet they would be stamp-sized. */
const MAX_PAIRS = 16;

const digit = { kind: 'integer', min: 0, max: ALL_DIGITS.length - 1 } as const;

export const anagram = defineCommand({
	name: 'mnist anagram',
	summary: 'Make digits that are other digits upside down, the best ones first',
	example: '6 9 --animate',
	options: {
		digit: {
			...digit,
			label: 'Upright it shows',
			summary: 'What it shows upright',
			positional: true,
			default: 6,
			example: 6,
		},
		turned: {
			...digit,
			label: 'Upside down it shows',
			summary: 'What it shows upside down',
			positional: true,
			default: 9,
			example: 9,
		},
		count: {
			kind: 'integer',
			label: 'How many',
			summary: 'How many, from consecutive seeds',
			min: 1,
			max: MAX_PAIRS,
			default: 4,
			example: 8,
		},
		guidance: guidanceOption,
		model: {
			kind: 'choice',
			label: 'Network to use',
			summary: 'Without run: which network, a diffusion or a flow',
			choices: TOLD_MODELS,
			default: 'class',
		},
		...flowOptions,
		run: runOption,
		epoch: epochOption,
		animate: {
			kind: 'flag',
			label: 'Also as an animation',
			summary: 'Also show the best one as an animation that turns',
		},
		seed: seedOption,
	},
	async run(options, { perform, blobs, film, training }) {
		const weights = await weightsOf(options, [options.model, ...TOLD_MODELS], training);
		const job: JobOf<'digit-anagram'> = {
			kind: 'digit-anagram',
			...weights,
			...flowOf(options, weights),
			seed: options.seed,
			guidanceScale: options.guidance,
			frames: false,
			digit: options.digit,
			turned: options.turned,
			count: options.count,
		};
		return galleryReply(blobs, gallery(job, await perform(job)), options.animate ? film : undefined);
	},
	actions: galleryActions(({ job, result }) => gallery(job as JobOf<'digit-anagram'>, result)),
});

const HALF_TURN = 'rotate_180';

/** In more than four columns they would be stamp-sized. */
const PAIRS_PER_ROW = 2;

/** Each picture beside itself upside down. */
function gallery(job: JobOf<'digit-anagram'>, { images, notes }: JobResult): Gallery {
	const readings: readonly ViewReading[] = [
		{ prompt: String(job.digit), look: 'upright' },
		{ prompt: String(job.turned), look: 'upside down', view: HALF_TURN },
	];
	const what = `A handwritten ${job.digit} that is a ${job.turned} upside down`;
	const describe = (seed: number) =>
		[`seed ${seed}`, `guidance ${job.guidanceScale}`, ...describeFlow(job), describeWeights(job)].join(', ');
	const pairs = images.map((image) => {
		const settings = describe(image.seed);
		const sure = image.score === undefined ? '' : `, the judge is at least ${percent(image.score)} % sure of both`;
		const piece = {
			image,
			caption: `${job.digit}, upright\nseed ${image.seed}`,
			filename: `mnist-anagram-${job.digit}-${job.turned}-${image.seed}.png`,
			text: [`${what}${sure}: ${settings}.`, ...notes].join(' '),
			alt: `${what}${sure}`,
			settings,
			moving: async ({ blobs, film }) =>
				film('anagram', {
					picture: await pictureFile(blobs, image),
					readings,
					filename: `mnist-anagram-${job.digit}-${job.turned}-${image.seed}.gif`,
					alt: altText(`${what}, turning over and back`, settings),
				}),
		} satisfies Gallery['rows'][number][number];
		const { width } = image;
		return [piece, { image, view: VIEWS[HALF_TURN].create(width), caption: `${job.turned}, upside down` }];
	});
	const rows = Array.from({ length: Math.ceil(pairs.length / PAIRS_PER_ROW) }, (_, row) =>
		pairs.slice(row * PAIRS_PER_ROW, (row + 1) * PAIRS_PER_ROW).flat(),
	);
	const [best] = images;
	const sure =
		best.score === undefined
			? []
			: [
					`The judge is at least ${percent(best.score)} % sure of ${images.length > 1 ? 'the first' : 'it'}, both ways.`,
				];
	return {
		text: [`${what}: ${describe(job.seed)}.`, ...sure, ...notes].join(' '),
		filename: `mnist-anagram-${job.digit}-${job.turned}-${job.seed}-sheet.png`,
		alt: `${what}, the best ones first`,
		settings: describe(job.seed),
		title: `${job.digit} upright, ${job.turned} upside down`,
		rows,
	};
}

/** Rounded down, for what is "at least" that much. */
const percent = (score: number) => Math.floor(100 * score);
