/** Digits under noise, and what a network finds in them, as a sheet. */
import type { DigitSource, JobImage, JobOf, JobResult } from '../../gpu/jobs.ts';
import type { Gallery, Piece } from '../figures/gallery.ts';
import type { Cell } from '../figures/sheet.ts';
import type { UploadedImage } from '../options.ts';
import { nameSource } from './digits-option.ts';
import { describeWeights } from './weights.ts';

type NoisyJob = JobOf<'digit-noise'> | JobOf<'digit-denoise'>;

/**
 * With one noise level a column for each digit, otherwise a column for each level.
 *
 * @param image where the digit came from, when it is none of the test set
 * @param title absent: what the sheet shows
 */
export function noisyGallery(
	job: NoisyJob,
	{ images, notes }: JobResult,
	image: UploadedImage | undefined,
	title?: string,
): Gallery {
	const isDenoised = job.kind === 'digit-denoise';
	const settings = isDenoised ? `seed ${job.seed}, ${describeWeights(job)}` : `seed ${job.seed}`;
	const perLevel = isDenoised ? 2 : 1;
	const perSource = 1 + perLevel * job.sigmas.length;
	const name = isDenoised ? 'mnist-denoise' : 'mnist-noise';
	// What is denoised alone stands beside what it was made from.
	const isLone = job.sources.length === 1 && job.sigmas.length === 1;
	const what = isDenoised ? 'noise, and what the network finds in it in one step' : 'more and more noise';
	const says = (which: string) => [`${which}: ${settings}.`, ...notes].join(' ');

	const digits = job.sources.map((source, i) => {
		const [original, ...rest] = images.slice(i * perSource, (i + 1) * perSource);
		const called = nameSource(source, image);
		const piece = (of: JobImage): Piece => {
			const cell = cellOf(of);
			const shown = cell.caption.replace('\n', ', ');
			return {
				...cell,
				filename: `${name}-${job.seed}-${fileOf(source, i)}-sigma-${of.sigma}${of.role === 'noisy' && isDenoised ? '-noisy' : ''}.png`,
				text: says(`${called}, ${shown}`),
				alt: `${called}, ${shown}`,
				settings,
				label: isLone ? of.role : `σ ${of.sigma}${job.sources.length > 1 ? `, ${i + 1}` : ''}`,
			};
		};
		const noisy = rest.filter(({ role }) => role === 'noisy');
		const denoised = rest.filter(({ role }) => role === 'denoised');
		return {
			original: { image: original, caption: 'original' },
			noisy: isDenoised && !isLone ? noisy.map(cellOf) : noisy.map(piece),
			denoised: denoised.map(piece),
		};
	});
	const columnwise = job.sigmas.length === 1;
	const rows: (readonly (Piece | Cell)[])[] = columnwise
		? [
				digits.map(({ original }) => original),
				digits.flatMap(({ noisy }) => noisy),
				digits.flatMap(({ denoised }) => denoised),
			]
		: digits.flatMap(({ original, noisy, denoised }) => [[...noisy, original], denoised]);
	const filled = rows.filter((row) => row.length > 0);
	const which = job.sources.length === 1 ? nameSource(job.sources[0], image) : `${job.sources.length} test digits`;
	const levels = `σ = ${job.sigmas.join(', ')}`;
	return {
		text: says(`${which} under noise of ${levels}${isDenoised ? ', and denoised in one step' : ''}`),
		filename: `${name}-${job.seed}${isDenoised && job.epoch !== undefined ? `-epoch-${job.epoch}` : ''}-sheet.png`,
		alt: `${which} with ${what}`,
		settings,
		title: title ?? (isDenoised ? `One-step denoising, ${levels}` : 'Noise on digits: x + σε, and its PSNR'),
		// A lone digit at a single level: everything in one row.
		rows: isLone ? [filled.flat()] : filled,
	};
}

/** "noisy\nσ 0.5, 8.9 dB": the noise, and the PSNR against the original. */
function cellOf(image: JobImage): Cell {
	const psnr = image.psnr === undefined ? '' : `, ${image.psnr.toFixed(1)} dB`;
	return { image, caption: `${image.role}\nσ ${image.sigma}${psnr}` };
}

const fileOf = (source: DigitSource, i: number) =>
	source.from === 'test' ? `${source.digit}-${i + 1}` : `picture-${i + 1}`;
