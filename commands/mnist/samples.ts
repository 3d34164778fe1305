/** Figures of sampled digits: a sheet of all, each alone, and an animation of how they came about. */
import { isTold, type JobImage, type JobOf, type JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { shownStates } from '../figures/descent.ts';
import { altText, picture } from '../figures/picture.ts';
import { pictureFile } from '../figures/raster.ts';
import { sheet } from '../figures/sheet.ts';
import type { Figure, Studio } from '../lib/command.ts';
import { describeFlow } from './flow-options.ts';
import { describeWeights } from './weights.ts';

type DigitsJob = JobOf<'digits'>;

/** "seed 77, guidance 5, euler, 50 steps, the bot's own weights of flow-class": how to reproduce them. */
export function describeSamples(job: DigitsJob): string {
	const guidance = isTold(job.model) ? [`guidance ${job.guidanceScale}`] : [];
	return [`seed ${job.seed}`, ...guidance, ...describeFlow(job), describeWeights(job)].join(', ');
}

/** What they should show: "2026", "2026 in 3 rows", "40 digits" for a network that cannot be told which. */
export function nameSamples({ model, digits, count }: DigitsJob): string {
	if (!isTold(model)) return count * digits.length === 1 ? 'a digit' : `${count * digits.length} digits`;
	return count === 1 ? digits.join('') : `${digits.join('')} in ${count} rows`;
}

/** The digits that were asked for, in rows. */
export function sampleSheet(blobs: BlobStore, job: DigitsJob, { images }: JobResult, title: string): Promise<Figure> {
	const samples = samplesOf(images);
	const columns = job.digits.length;
	const rows = Array.from({ length: job.count }, (_, row) =>
		samples.slice(row * columns, (row + 1) * columns).map((image, i) => ({
			image,
			caption: isTold(job.model) && row === job.count - 1 ? String(job.digits[i]) : '',
		})),
	);
	const alt = altText(
		`Handwritten digits that a network made: ${nameSamples(job)}. ${title}`,
		describeScores(images),
		describeSamples(job),
	);
	return sheet(blobs, rows, { filename: `${fileOf(job)}.png`, alt, title });
}

/** One of the digits, large. */
export function sampleFigure(blobs: BlobStore, job: DigitsJob, { images }: JobResult, index: number): Promise<Figure> {
	const samples = samplesOf(images);
	const image = samples[index];
	const what = isTold(job.model) ? `a handwritten ${job.digits[index % job.digits.length]}` : 'a handwritten digit';
	const which = samples.length > 1 ? `, number ${index + 1} of ${samples.length}` : '';
	return picture(blobs, image, {
		filename: samples.length > 1 ? `${fileOf(job)}-${index + 1}.png` : `${fileOf(job)}.png`,
		alt: altText(`From noise, ${what}${which}`, describeSamples({ ...job, seed: image.seed })),
	});
}

/** All digits on their way from noise. The job must have frames. */
export async function sampleFilm({ blobs, film }: Studio, job: DigitsJob, { images }: JobResult): Promise<Figure> {
	const frames = images.filter(({ role }) => role === 'frame');
	const states = frames.map((image) => ({ image, caption: `t = ${Number(image.t?.toFixed(4))}` }));
	return film('digits', {
		states: await shownStates(blobs, states),
		digits: await Promise.all(samplesOf(images).map((image) => pictureFile(blobs, image))),
		columns: job.digits.length,
		caption: nameSamples(job),
		filename: `${fileOf(job)}.gif`,
		alt: altText(`An animation of noise becoming handwritten digits: ${nameSamples(job)}`, describeSamples(job)),
	});
}

/** "The judge is 98 % sure of them on average." Empty where it was not asked. */
export function describeScores(images: readonly JobImage[]): string {
	const scores = samplesOf(images).flatMap(({ score }) => (score === undefined ? [] : [score]));
	if (scores.length === 0) return '';
	const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
	const all = scores.length > 1 ? 'of them on average' : 'of it';
	return `The judge is ${Math.round(100 * mean)} % sure ${all}.`;
}

const samplesOf = (images: readonly JobImage[]) => images.filter(({ role }) => role === 'sample');

/** "mnist-2026-77", and with the epoch where there is one: a training shows the same digits after several. */
function fileOf({ model, digits, seed, epoch }: DigitsJob): string {
	const what = isTold(model) ? digits.join('') : model;
	return `mnist-${what}-${seed}${epoch === undefined ? '' : `-epoch-${epoch}`}`;
}
