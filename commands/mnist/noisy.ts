/** Digits under noise, and what a network finds in them, as a sheet. */
import type { DigitSource, JobImage, JobOf, JobResult } from '../../gpu/jobs/index.ts';
import type { Gallery, Piece } from '../figures/gallery.ts';
import type { Cell } from '../figures/sheet.ts';
import type { Upload } from '../lib/options.ts';
import { nameSource } from './digits-option.ts';
import { describeFlow } from './flow-options.ts';
import { describeWeights } from './weights.ts';

type NoisyJob = JobOf<'digit-noise'> | JobOf<'digit-denoise'> | JobOf<'digit-edit'>;

/** What each level of noise is called, and which there are: standard deviations, or times of a flow. */
const levelsOf = (job: NoisyJob) =>
	job.kind === 'digit-edit'
		? ({ symbol: 't', word: 't', values: job.times } as const)
		: ({ symbol: 'σ', word: 'sigma', values: job.sigmas } as const);

/** "as 3, guidance 5, euler, 50 steps": how a flow was followed. */
function describeWay(job: NoisyJob): string[] {
	if (job.kind !== 'digit-edit') return [];
	const told = job.told === undefined ? [] : [`as ${job.told}, guidance ${job.guidanceScale}`];
	return [...told, ...describeFlow(job)];
}

/**
 * With one noise level, a column for each digit; otherwise a column for each level.
 *
 * @param image where the digit came from, when it is not from the test set
 * @param title absent: one that says what the sheet shows
 */
export function noisyGallery(
	job: NoisyJob,
	{ images, notes }: JobResult,
	image: Upload | undefined,
	title?: string,
): Gallery {
	const isDenoised = job.kind !== 'digit-noise';
	const { symbol, word, values } = levelsOf(job);
	const settings = [
		`seed ${job.seed}`,
		...describeWay(job),
		...(job.kind === 'digit-noise' ? [] : [describeWeights(job)]),
	].join(', ');
	const perLevel = isDenoised ? 2 : 1;
	const perSource = 1 + perLevel * values.length;
	const name = isDenoised ? 'mnist-denoise' : 'mnist-noise';
	// A lone denoised digit is shown beside what it was made from.
	const isLone = job.sources.length === 1 && values.length === 1;
	const what = WHAT[job.kind];
	const says = (which: string) => [`${which}: ${settings}.`, ...notes].join(' ');

	const columnwise = values.length === 1;
	const told: Told = { role: isDenoised, level: !isDenoised || isLone || !columnwise };
	const digits = job.sources.map((source, i) => {
		const [original, ...rest] = images.slice(i * perSource, (i + 1) * perSource);
		const called = nameSource(source, image);
		const piece = (of: JobImage): Piece => {
			const shown = wordsOf(of).join(', ');
			return {
				...cellOf(of, told),
				filename: `${name}-${job.seed}-${fileOf(source, i)}-${word}-${levelOf(of)}${of.role === 'noisy' && isDenoised ? '-noisy' : ''}.png`,
				text: says(`${called}, ${shown}`),
				alt: `${called}, ${shown}`,
				settings,
				label: isLone ? of.role : `${job.sources.length > 1 ? `${shortName(source)}, ` : ''}${symbol} ${levelOf(of)}`,
			};
		};
		const noisy = rest.filter(({ role }) => role === 'noisy');
		const denoised = rest.filter(({ role }) => role === 'denoised');
		return {
			original: { image: original, caption: 'original' },
			noisy: isDenoised && !isLone ? noisy.map((each) => cellOf(each, told)) : noisy.map(piece),
			denoised: denoised.map(piece),
		};
	});
	const groups = columnwise
		? [
				[
					digits.map(({ original }) => original),
					digits.flatMap(({ noisy }) => noisy),
					digits.flatMap(({ denoised }) => denoised),
				],
			]
		: digits.map(({ original, noisy, denoised }) => [[...noisy, original], denoised]);
	const filled = broken(groups.map((rows) => rows.filter((row) => row.length > 0)));
	const which = job.sources.length === 1 ? nameSource(job.sources[0], image) : `${job.sources.length} test digits`;
	const levels = `${symbol} = ${values.join(', ')}`;
	const epoch = job.kind === 'digit-noise' ? undefined : job.epoch;
	const after = epoch === undefined ? '' : `, after epoch ${epoch}`;
	return {
		text: says(`${which} under noise of ${levels}${ENDS[job.kind]}`),
		filename: `${name}-${job.seed}${epoch === undefined ? '' : `-epoch-${epoch}`}-sheet.png`,
		alt: `${which} with ${what}`,
		settings,
		title: title ?? (isDenoised ? `${TITLES[job.kind]}, ${levels}${after}` : TITLES[job.kind]),
		// A lone digit at a single level: everything in one row.
		rows: isLone ? [filled.flat()] : filled,
	};
}

const WHAT: Readonly<Record<NoisyJob['kind'], string>> = {
	'digit-noise': 'more and more noise',
	'digit-denoise': 'noise, and what the network finds in it in one step',
	'digit-edit': 'noise, and where the flow leads from there',
};

const ENDS: Readonly<Record<NoisyJob['kind'], string>> = {
	'digit-noise': '',
	'digit-denoise': ', and denoised in one step',
	'digit-edit': ', and where the flow leads from there',
};

const TITLES: Readonly<Record<NoisyJob['kind'], string>> = {
	'digit-noise': 'Noise on digits: x + σε, and its PSNR',
	'digit-denoise': 'One-step denoising',
	'digit-edit': 'Started in the middle of a flow',
};

/** What the caption of a digit must say because the sheet's title does not. */
interface Told {
	readonly role: boolean;
	readonly level: boolean;
}

/** "noisy\nσ 0.5, 8.9 dB": the noise, and the PSNR against the original; or as much of that as `told` asks for. */
function cellOf(image: JobImage, told: Told): Cell {
	const [role, level, ...psnr] = wordsOf(image);
	const [first, ...rest] = [...(told.role ? [role] : []), ...(told.level ? [level] : []), ...psnr];
	return { image, caption: [first, rest.join(', ')].filter((line) => line !== '').join('\n') };
}

/** What it is, its noise, and its PSNR where it has one. */
function wordsOf(image: JobImage): [string, string, ...string[]] {
	const { role, t, psnr } = image;
	return [
		role ?? '',
		`${t === undefined ? 'σ' : 't'} ${levelOf(image)}`,
		...(psnr === undefined ? [] : [`${psnr.toFixed(1)} dB`]),
	];
}

const levelOf = ({ sigma, t }: JobImage) => t ?? sigma;

/** On a phone, more columns than this would be stamp-sized. */
const MAX_COLUMNS = 5;

type Row = readonly (Piece | Cell)[];

/**
 * All rows of a sheet. Where they are too long, each group is broken into blocks of about equal width, unless that would
 * make the sheet taller than wide, which chats show small.
 *
 * @param groups rows that belong together column by column; the first of each group is the longest, and all first ones are equal
 */
function broken(groups: readonly (readonly Row[])[]): Row[] {
	const [[{ length }, ...others]] = groups;
	const blocks = Math.ceil(length / MAX_COLUMNS);
	const columns = Math.ceil(length / blocks);
	if (groups.length * (1 + others.length) * blocks > columns) return groups.flat();
	return groups.flatMap((rows) =>
		Array.from({ length: blocks }, (_, i) => rows.map((row) => row.slice(i * columns, (i + 1) * columns))).flat(),
	);
}

/** "7"; the second of several sevens is "7 (2)". */
const shortName = (source: DigitSource) =>
	source.from === 'image' ? 'picture' : `${source.digit}${source.nth > 0 ? ` (${source.nth + 1})` : ''}`;

const fileOf = (source: DigitSource, i: number) =>
	source.from === 'test' ? `${source.digit}-${i + 1}` : `picture-${i + 1}`;
