/** The contract of pipelines: a job goes in, pictures come out. */
import type { BlobRef, ImageFacts, JobKindOver, JobOf } from '../jobs/index.ts';
import type { Denoiser } from '../models/denoiser.ts';
import type { Fit, Size } from '../tensor/fit.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface PipelineContext {
	/** The network that the job names. S below is the side of its pictures. */
	readonly denoiser: Denoiser;
	/** The picture behind a reference: [3, height, width] in [-1, 1]. */
	loadImage(ref: BlobRef, shape?: PictureShape): Promise<Tensor>;
	/** The stored file behind a reference, for pipelines that need more than its colours. */
	loadBytes(ref: BlobRef): Promise<Uint8Array>;
	/** Once aborted, the pipeline throws the signal's reason within one step. */
	readonly signal: AbortSignal;
	/** Called after every step of every picture. */
	onStep(progress: StepProgress): void;
}

/** The size that a picture is fitted to: a square if the height is absent, of side S if the width is absent too. */
export interface PictureShape extends Partial<Size> {
	/** Absent: crop. */
	readonly fit?: Fit;
}

export interface StepProgress {
	/** Steps of all pictures together: done so far, and in total. */
	readonly done: number;
	readonly total: number;
	/** The job's first picture without its noise, as it looks now, [3, S, S]. */
	readonly x0: Tensor;
}

export interface PipelineResult {
	/** In the order of the job. Pixels are [3, H, W], about [-1, 1]; most have the model's size. */
	readonly images: readonly (ImageFacts & { readonly pixels: Tensor })[];
	/** Sentences the user should read. */
	readonly notes: readonly string[];
}

/** What a pipeline leaves to another model, once its own has been given back: there may be no room for both. */
export interface Continuation {
	/** Name of a model directory. */
	readonly model: string;
	goOn(denoiser: Denoiser): Promise<PipelineResult>;
}

/** Throws a UserError if the job cannot run with this model. */
export type Pipeline<K extends JobKindOver<'pictures'>> = (
	job: JobOf<K>,
	context: PipelineContext,
) => Promise<PipelineResult>;

/** A pipeline that may go on with a second model. */
export type StagedPipeline<K extends JobKindOver<'pictures'>> = (
	job: JobOf<K>,
	context: PipelineContext,
) => Promise<PipelineResult | Continuation>;
