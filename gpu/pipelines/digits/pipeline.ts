/** The contract of pipelines over the digit networks; ../pipeline.ts is that for pictures. */
import type { BlobRef, DigitModel, JobKindOver, JobOf } from '../../jobs/index.ts';
import type { DigitDenoiser, DigitFlow, DigitJudge, OneStepDenoiser } from '../../models/digits/denoiser.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PipelineContext, PipelineResult } from '../pipeline.ts';

/** Which weights of a network to use, as jobs name them. */
export interface DigitWeights {
	readonly model: DigitModel;
	readonly run?: string;
	readonly epoch?: number;
}

export interface DigitMean {
	/** [1, 28, 28] in [0, 1]. */
	readonly mean: Tensor;
	/** The root of the mean squared difference of pixels from `mean`, over all digits. */
	readonly deviation: number;
}

export interface DigitContext extends Pick<PipelineContext, 'signal' | 'onStep'> {
	/** The network for a job that samples from a diffusion. Throws a UserError if there are no such weights. */
	openDenoiser(weights: DigitWeights): Promise<DigitDenoiser>;
	/** The network for a job that follows a flow; throws as above. */
	openFlow(weights: DigitWeights): Promise<DigitFlow>;
	/** The network for a job that denoises in one step; throws as above. */
	openOneStep(weights: DigitWeights): Promise<OneStepDenoiser>;
	/** The judge that ships with the program, or undefined if this copy has none. */
	openJudge(): Promise<DigitJudge | undefined>;
	/** The picture behind a reference as a digit like MNIST's: light on dark, centred, [1, 28, 28] in [0, 1]. */
	loadDigit(ref: BlobRef): Promise<Tensor>;
	/** The mean of all training digits, and how far they are from it. */
	trainingMean(): Promise<DigitMean>;
	/** Number `nth` of MNIST's test digits that show `digit`, counted from 0 and wrapping around, [1, 28, 28] in [0, 1]. */
	testDigit(digit: number, nth: number): Promise<Tensor>;
}

/** Pictures are grey in three channels, since all pictures of jobs have three. Throws a UserError if the job cannot run. */
export type DigitPipeline<K extends JobKindOver<'digits'>> = (
	job: JobOf<K>,
	context: DigitContext,
) => Promise<PipelineResult>;
