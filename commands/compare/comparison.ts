/** What /compare shows: a labelled sheet of all pictures, with calls, time and error under each. */
import { planSampling } from '../../gpu/diffusion/plan.ts';
import { SAMPLERS } from '../../gpu/diffusion/samplers/index.ts';
import { costOf, type JobImage, type JobOf } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { altText, picture } from '../figures/picture.ts';
import { type Raster, readRaster } from '../figures/raster.ts';
import { type Cell, sheet } from '../figures/sheet.ts';
import type { Reply } from '../lib/command.ts';
import { and } from '../lib/lists.ts';
import { describeSampling, describeSteps } from '../lib/sampling.ts';
import { type Axis, titleOf } from './axes.ts';

export type GenerateJob = JobOf<'generate'>;

export interface Made {
	readonly job: GenerateJob;
	readonly image: JobImage;
	readonly seconds?: number;
	readonly notes: readonly string[];
}

/** "ddim, 20 steps" */
export const wayOf = ({ sampler, steps }: GenerateJob) =>
	steps === undefined ? sampler : `${sampler}, ${describeSteps(steps)}`;

/** Whether more steps give the same picture, more exactly. */
export const isExact = ({ sampler, eta = 0 }: GenerateJob) => !SAMPLERS[sampler].addsNoise && eta === 0;

/**
 * @param made row by row
 * @param exact the picture that errors are measured against; absent: no errors are shown
 */
export async function comparison(
	{ rows, columns }: { readonly rows: Axis; readonly columns: Axis },
	made: readonly Made[],
	exact: Made | undefined,
	blobs: BlobStore,
): Promise<Reply> {
	const target = exact && (await readRaster(blobs, exact.image));
	const cells = await Promise.all(
		made.map(async (each): Promise<Cell> => {
			const error = target && isExact(each.job) ? rms(await readRaster(blobs, each.image), target) : undefined;
			return { image: each.image, caption: captionOf(each, error) };
		}),
	);
	const { length: width } = columns.values;
	const cellRows = rows.values.map((_, i) => cells.slice(i * width, (i + 1) * width));
	if (exact) cellRows.push([{ image: exact.image, caption: captionOf(exact) }]);
	const rowTitles = [...rows.values.map((value) => titleOf(rows, value)), ...(exact ? [wayOf(exact.job)] : [])];
	const columnTitles = columns.values.map((value) => titleOf(columns, value));

	const [{ job }] = made;
	const settings = commonSettings(made);
	const note = exact ? noteOnErrors(made, exact) : '';
	const described = cellRows.map((row, i) => {
		const told = row.map(({ caption }, column) =>
			[...(i < rows.values.length ? [columnTitles[column]] : []), caption.replaceAll('\n', ', ')].join(': '),
		);
		return `${rowTitles[i]}: ${told.join('; ')}`;
	});
	const pictures = [...made, ...(exact ? [exact] : [])];
	return {
		text: [`“${job.prompt}”, ${settings}.`, note, ...commonTo(made.map(({ notes }) => notes))]
			.filter(Boolean)
			.join(' '),
		figures: [
			await sheet(blobs, cellRows, {
				title: `“${job.prompt}”`,
				filename: `compare-${job.seed}.png`,
				alt: altText(`A comparison of pictures of “${job.prompt}”. ${described.join('. ')}`, note, settings),
				rowTitles,
				columnTitles,
				note: [`${settings}.`, note].filter(Boolean).join(' '),
			}),
		],
		originals: () =>
			Promise.all(
				pictures.map(({ job, image }, i) =>
					picture(blobs, image, {
						filename: `compare-${job.seed}-${i + 1}-${job.sampler}-${job.steps ?? 'course'}.png`,
						alt: altText(`A picture generated from the prompt “${job.prompt}”`, describeSampling(job)),
					}),
				),
			),
	};
}

/** "20 calls, 1.4 s", and on a second line "error 12". */
function captionOf({ job, seconds }: Made, error?: number): string {
	const calls = costOf(job);
	const time = seconds === undefined ? [] : [`${seconds.toFixed(seconds < 10 ? 1 : 0)} s`];
	const effort = [`${calls} call${calls === 1 ? '' : 's'}`, ...time].join(', ');
	return error === undefined ? effort : `${effort}\nerror ${error.toFixed(error < 10 ? 1 : 0)}`;
}

/** The root of the mean squared difference, in grey levels of 255. */
function rms(a: Raster, b: Raster): number {
	const squares = a.pixels.reduce((sum, value, i) => sum + (value - b.pixels[i]) ** 2, 0);
	return Math.sqrt(squares / a.pixels.length);
}

/** What all pictures share, as describeSampling puts it. */
const commonSettings = (made: readonly Made[]) =>
	commonTo(made.map(({ job }) => describeSampling(job).split(', '))).join(', ');

/** The entries of the first list that are in every other. */
const commonTo = ([first, ...others]: readonly (readonly string[])[]) =>
	first.filter((text) => others.every((other) => other.includes(text)));

/** What the errors are, and why some pictures have none. */
function noteOnErrors(made: readonly Made[], exact: Made): string {
	const { steps } = exact.job;
	const noisy = [...new Set(made.flatMap(({ job }) => (isExact(job) ? [] : [job.sampler])))];
	const what = `Error: root mean square in grey levels of 255, against ddim’s picture in ${steps} steps.${noteOnStarts(made, exact)}`;
	if (noisy.length === 0) return what;
	const add = noisy.length === 1 ? 'adds' : 'add';
	return `${what} ${and.format(noisy)} ${add} fresh noise in every step: more steps give different pictures, not that one, so there is no error to measure.`;
}

/** Where the walks start, if not all where the exact one does: then an error is not only that of taking fewer steps. */
function noteOnStarts(made: readonly Made[], exact: Made): string {
	const startOf = ({ job }: Made) => planSampling(job).timesteps[0];
	const starts = made.flatMap((each) => (isExact(each.job) ? [startOf(each)] : []));
	const [least, most] = [Math.min(...starts), Math.max(...starts)];
	if (least === startOf(exact) && most === least) return '';
	const others = least === most ? least : `${least} to ${most}`;
	return ` It starts at timestep ${startOf(exact)}, the others at ${others}, which may matter more than their number of steps.`;
}
