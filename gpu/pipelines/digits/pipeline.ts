/** What the pipelines over the digit networks look like from outside, as ../pipeline.ts. */
import type { BlobRef, DigitModel, JobKindOver, JobOf } from '../../jobs/index.ts';
import type { DigitDenoiser, DigitFlow, DigitJudge, OneStepDenoiser } from '../../models/digits/denoiser.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PipelineContext, PipelineResult } from '../pipeline.ts';

/** Which weights of a network: as in the jobs. */
export interface DigitWeights {
	readonly model: DigitModel;
	readonly run?: string;
	readonly epoch?: number;
}

export interface DigitMean {
	/** [1, 28, 28] in [0, 1]. */
	readonly mean: Tensor;
	/** The root of the mean squared difference of pixels, over all digits. */
	readonly deviation: number;
}

export interface DigitContext extends Pick<PipelineContext, 'signal' | 'onStep'> {
	/** The network of a job that samples from a diffusion. Throws a UserError when there are no such weights. */
	openDenoiser(weights: DigitWeights): Promise<DigitDenoiser>;
	/** The network of a job that follows a flow; throws as above. */
	openFlow(weights: DigitWeights): Promise<DigitFlow>;
	/** The network of a job that denoises in one step; throws as above. */
	openOneStep(weights: DigitWeights): Promise<OneStepDenoiser>;
	/** The judge that comes with the program, or undefined where none does. */
	openJudge(): Promise<DigitJudge | undefined>;
	/** The picture behind a reference as a digit of MNIST's kind: light on dark, in the middle, [1, 28, 28] in [0, 1]. */
	loadDigit(ref: BlobRef): Promise<Tensor>;
	/** The mean of all training digits, and how far these are from it. */
	trainingMean(): Promise<DigitMean>;
	/** Number `nth` of MNIST's test digits that show `digit`, from 0 on and around, [1, 28, 28] in [0, 1]. */
	testDigit(digit: number, nth: number): Promise<Tensor>;
}

/** Pictures are grey in three channels, as all pictures of jobs are. Throws a UserError when the job cannot work. */
export type DigitPipeline<K extends JobKindOver<'digits'>> = (
	job: JobOf<K>,
	context: DigitContext,
) => Promise<PipelineResult>;
