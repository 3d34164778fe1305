/** The course's figures of a training: which jobs make them after which epochs, and how they are drawn. */
import {
	ALL_DIGITS,
	COURSE_SIGMAS,
	DENOISER_SIGMA,
	DIGIT_GUIDANCE,
	type DigitJob,
	FLOW_STEPS,
	isFlow,
	isTold,
	type JobOf,
	type JobResult,
	SAMPLING_MODELS,
} from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import { galleryReply } from '../figures/gallery.ts';
import type { Figure, Studio } from '../lib/command.ts';
import { sourcesOf } from './digits-option.ts';
import { noisyGallery } from './noisy.ts';
import { pureNoiseGallery, pureNoiseJob } from './pure-noise.ts';
import { sampleFilm, sampleSheet } from './samples.ts';

export interface TrainingFigure {
	/** The epoch after which it can be made; 0: at once. */
	readonly epoch: number;
	/** What is being made, for the progress text. */
	readonly what: string;
	readonly job: DigitJob;
	draw(studio: Studio, result: JobResult): Promise<Figure[]>;
}

/** Exercises 2.3 and 2.5 sample after these epochs, in 2025 after the first three; 1.2.1 denoises after 1 and 5. */
export const SAMPLED_EPOCHS: readonly number[] = [1, 5, 10, 15, 20];
export const DENOISED_EPOCHS: readonly number[] = [1, 5];

/** The course's "4 of each digit". */
export const SAMPLED_ROWS = 4;

/** The test digits on the denoiser's sheets: ten after an epoch, and fewer where each takes two rows. */
export const DENOISED_DIGITS = ALL_DIGITS.join('');
export const NOISED_DIGITS = '7204';
export const FAR_DIGITS = '72';

/** @param last the last epoch that has ended, or will; 0: none has, so there is nothing to show of what was learned */
export function trainingFiguresOf(run: RunSummary, last: number): TrainingFigure[] {
	const all = run.plan.model === 'denoiser' ? denoiserFigures(run, last) : samplerFigures(run, last);
	return all.filter(({ epoch }) => epoch <= last);
}

/** The course's epochs up to the last one, and that one. */
export const shownEpochs = (epochs: readonly number[], last: number) =>
	[...new Set([...epochs.filter((epoch) => epoch < last), last])].filter((epoch) => epoch > 0);

function denoiserFigures({ id: run, plan: { seed, input } }: RunSummary, last: number): TrainingFigure[] {
	if (input === 'noise') return pureNoiseFigures(run, seed, last);
	const noisy = { kind: 'digit-noise' as const, model: 'denoiser' as const, seed, sigmas: [...COURSE_SIGMAS] };
	const denoised = (epoch: number, digits: string, sigmas: readonly number[], title: string): TrainingFigure => {
		const sources = sourcesOf(undefined, digits);
		const job: JobOf<'digit-denoise'> = { ...noisy, kind: 'digit-denoise', run, epoch, sources, sigmas: [...sigmas] };
		return {
			epoch,
			what: `the sheet “${title}”`,
			job,
			draw: ({ blobs }, result) => sheetOf(blobs, job, result, title),
		};
	};
	const noise: JobOf<'digit-noise'> = { ...noisy, sources: sourcesOf(undefined, NOISED_DIGITS) };
	return [
		{ epoch: 0, what: 'the noising sheet', job: noise, draw: ({ blobs }, result) => sheetOf(blobs, noise, result) },
		...shownEpochs(DENOISED_EPOCHS, last).map((epoch) =>
			denoised(
				epoch,
				DENOISED_DIGITS,
				[DENOISER_SIGMA],
				`Test digits denoised after epoch ${epoch}, σ = ${DENOISER_SIGMA}`,
			),
		),
		...(last > 0
			? [denoised(last, FAR_DIGITS, COURSE_SIGMAS, `Outside its training: seven σ after epoch ${last}`)]
			: []),
	];
}

/** For exercise 1.2.3 of 2025. */
function pureNoiseFigures(run: string, seed: number, last: number): TrainingFigure[] {
	return shownEpochs(DENOISED_EPOCHS, last).map((epoch) => {
		const job = pureNoiseJob({ model: 'denoiser', run, epoch }, seed);
		return {
			epoch,
			what: `what it makes of noise after epoch ${epoch}`,
			job,
			draw: async ({ blobs }, result) => [...(await galleryReply(blobs, pureNoiseGallery(job, result))).figures],
		};
	});
}

async function sheetOf(
	blobs: BlobStore,
	job: JobOf<'digit-noise'> | JobOf<'digit-denoise'>,
	result: JobResult,
	title?: string,
): Promise<Figure[]> {
	const gallery = noisyGallery(job, result, undefined, title);
	const several = job.sigmas.length > 1 && 'epoch' in job;
	const filename = several ? gallery.filename.replace('-sheet', '-seven-sigma') : gallery.filename;
	return [...(await galleryReply(blobs, { ...gallery, filename })).figures];
}

function samplerFigures({ id: run, plan: { model, seed } }: RunSummary, last: number): TrainingFigure[] {
	const sampled = SAMPLING_MODELS.find((each) => each === model)!;
	const told = isTold(model);
	return shownEpochs(SAMPLED_EPOCHS, last).map((epoch) => {
		const job: JobOf<'digits'> = {
			kind: 'digits',
			model: sampled,
			...(isFlow(model) && { flow: { sampler: 'euler', steps: FLOW_STEPS } }),
			run,
			epoch,
			seed,
			guidanceScale: told ? DIGIT_GUIDANCE : 1,
			frames: epoch === last,
			digits: [...ALL_DIGITS],
			count: SAMPLED_ROWS,
		};
		const title = `${run} after epoch ${epoch}${told ? `, guidance ${DIGIT_GUIDANCE}` : ''}`;
		return {
			epoch,
			what: `samples after epoch ${epoch}`,
			job,
			draw: async (studio, result) => [
				await sampleSheet(studio.blobs, job, result, title),
				...(job.frames ? [await sampleFilm(studio, job, result)] : []),
			],
		};
	});
}
