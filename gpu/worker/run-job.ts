/** Runs one job: opens the network that it names, passes both to the job's pipeline, and stores the pictures. */
import { FULL_DISK, isFullDisk, ModelError, UserError } from '../errors.ts';
import {
	type DigitJob,
	isDigitJob,
	type Job,
	type JobKindOver,
	type JobOf,
	type JobResult,
	jobSchema,
	runsOn,
} from '../jobs/index.ts';
import type { Denoiser, OpenedDenoiser } from '../models/denoiser.ts';
import { withWatermark } from '../models/watermark.ts';
import { readDrawnDigit } from '../pipelines/digits/drawn-digit.ts';
import type { DigitContext, DigitPipeline } from '../pipelines/digits/pipeline.ts';
import { DIGIT_PIPELINES, PIPELINES, PLANE_PIPELINES, TEXT_PIPELINES } from '../pipelines/index.ts';
import type { PipelineContext, PipelineResult, StagedPipeline } from '../pipelines/pipeline.ts';
import type { PlaneContext } from '../pipelines/plane/pipeline.ts';
import type { BlobStore } from '../queue/blobs.ts';
import type { JobEvent } from '../queue/runner.ts';
import { decodeImage, encodePng } from '../tensor/image.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readingBrought } from './brought-embeddings.ts';
import type { Shelf } from './shelf.ts';

/** What it takes to run jobs. */
export interface Workshop {
	readonly blobs: Pick<BlobStore, 'get' | 'put'>;
	readonly models: Pick<Shelf, 'use' | 'useEncoder' | 'watermark'>;
	readonly digits: Omit<DigitContext, 'loadDigit' | keyof Watch>;
	readonly plane: Omit<PlaneContext, keyof Watch>;
}

/** How a job is stopped, and what receives its steps. */
type Watch = Pick<PipelineContext, 'signal' | 'onStep'>;

/** Throws whatever the pipeline throws; `failureOf` turns that into what the user sees. */
export async function runJob(unchecked: Job, workshop: Workshop, watch: Watch): Promise<JobResult> {
	const job = jobSchema.parse(unchecked);
	if (runsOn('text', job)) return runOnText(job, workshop, watch);
	if (runsOn('plane', job)) return runOnPlane(job, workshop, watch);
	const result = isDigitJob(job) ? runOnDigits(job, workshop, watch) : runOnPictures(job, workshop, watch);
	return store(await result, workshop);
}

async function runOnText(
	job: JobOf<JobKindOver<'text'>>,
	{ models, blobs }: Workshop,
	{ signal }: Watch,
): Promise<JobResult> {
	const pipeline = TEXT_PIPELINES[job.kind];
	const { file, notes } = await models.useEncoder(job.model, (encoder) => pipeline(job, { encoder, signal }));
	return { images: [], file: await blobs.put(file), notes };
}

async function runOnPlane(
	job: JobOf<JobKindOver<'plane'>>,
	{ plane, blobs }: Workshop,
	watch: Watch,
): Promise<JobResult> {
	const { file, notes } = await PLANE_PIPELINES[job.kind](job, { ...plane, ...watch });
	return { images: [], file: await blobs.put(file), notes };
}

async function runOnPictures(
	job: JobOf<JobKindOver<'pictures'>>,
	{ models, blobs }: Workshop,
	watch: Watch,
): Promise<PipelineResult> {
	const pipeline = PIPELINES[job.kind] as StagedPipeline<(typeof job)['kind']>;
	const brought: string[] = [];
	// Before the work, in case the mark is damaged.
	const mark = MARKED.includes(job.kind) ? await models.watermark(job.model) : undefined;
	const made = await models.use(job.model, async (opened) => {
		const [, size] = opened.shape;
		return pipeline(job, {
			denoiser: await reading(opened),
			loadImage: async (ref, { width = size, height = width, fit } = {}) =>
				decodeImage(await blobs.get(ref), width, height, fit),
			loadBytes: (ref) => blobs.get(ref),
			...watch,
		});
	});
	if (!('goOn' in made)) return finished(made, mark);
	const second = await models.watermark(made.model);
	return finished(await models.use(made.model, async (opened) => made.goOn(await reading(opened))), second ?? mark);

	/** Its results marked, its notes complete; pictures with a role show what the others were made from. */
	function finished({ images, notes }: PipelineResult, mark: Tensor | undefined): PipelineResult {
		const marked = images.map((image) =>
			mark && image.role === undefined ? { ...image, pixels: withWatermark(image.pixels, mark) } : image,
		);
		return { images: marked, notes: [...new Set(brought), ...notes] };
	}

	/** The model, with the prompts that the job brings along. */
	async function reading(opened: OpenedDenoiser): Promise<Denoiser> {
		const refs = 'embeddings' in job ? job.embeddings : undefined;
		if (!refs) return opened;
		const { denoiser, notes } = await readingBrought(refs, opened, blobs);
		brought.push(...notes);
		return denoiser;
	}
}

/** What diffusers' pipelines make and mark. The exercises show pictures on their way, whose pixels count. */
const MARKED: readonly Job['kind'][] = ['generate', 'edit', 'inpaint', 'anagram', 'hybrid', 'upscale'];

function runOnDigits(job: DigitJob, { digits, blobs }: Workshop, watch: Watch): Promise<PipelineResult> {
	const pipeline = DIGIT_PIPELINES[job.kind] as DigitPipeline<JobKindOver<'digits'>>;
	return pipeline(job, { ...digits, loadDigit: async (ref) => readDrawnDigit(await blobs.get(ref)), ...watch });
}

async function store({ images, notes }: PipelineResult, { blobs }: Workshop): Promise<JobResult> {
	const stored = images.map(async ({ pixels, ...facts }) => {
		const [, height, width] = pixels.shape;
		return { blob: await blobs.put(await encodePng(pixels)), width, height, ...facts };
	});
	return { images: await Promise.all(stored), notes };
}

/** What the user sees of a failed job, and whether it was their mistake. */
export function failureOf(error: unknown): Pick<Extract<JobEvent, { type: 'failed' }>, 'fault' | 'message'> {
	if (error instanceof UserError) return { fault: 'user', message: error.message };
	if (isFullDisk(error)) return { fault: 'user', message: FULL_DISK };
	if (error instanceof ModelError) return { fault: 'internal', message: `The model cannot be used: ${error.message}` };
	return {
		fault: 'internal',
		message: "Something went wrong while this was being made; the bot's log has the details.",
	};
}
