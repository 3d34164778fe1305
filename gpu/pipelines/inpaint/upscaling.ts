/**
 * Takes the square of an inpainting through stage II, which enlarges what stage I drew, around the known pixels at its own
 * size. With the rule `clean` this is diffusers' IFInpaintingSuperResolutionPipeline, whose strength of 0.8 is left to the job:
 * by default nothing of the original under the mask takes part, as it was to be redrawn.
 */
import { planSampling } from '../../diffusion/plan.ts';
import type { SampleOptions } from '../../diffusion/sample.ts';
import { enlargingOf, type JobOf, type Upscaler, upscalingChoice } from '../../jobs/index.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import { middlePart } from '../../tensor/cubic.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type UpscalingOptions, upscalingLoop } from '../upscale/loop.ts';
import { RULES } from './rules.ts';
import { maskForModel } from './square.ts';

export interface DrawnSquare {
	/** What stage I drew for each of the seeds, [3, S/4, S/4]. */
	readonly drawn: readonly Tensor[];
	readonly seeds: readonly number[];
	/** What the picture shows in the square, [3, side, side]. */
	readonly original: Tensor;
	/** What is redrawn of it, [1, side, side]. */
	readonly mask: Tensor;
}

/**
 * A stage II sampling loop for each seed. It keeps the known pixels by the job's rule, but repeats no steps: the small picture
 * already fits together.
 *
 * @param denoiser of stage II; S is the side of its pictures
 */
export function upscalingLoops(
	{ drawn, seeds, original, mask }: DrawnSquare,
	job: JobOf<'inpaint'>,
	upscaler: Upscaler,
	denoiser: Denoiser,
): SampleOptions[] {
	const { schedule, shape } = denoiser;
	const [, size] = shape;
	const plan = planSampling(upscalingChoice(upscaler));
	const known = { original: middlePart(original, size), mask: maskForModel(mask, size) }; // [3, S, S], [1, S, S]
	const begin: UpscalingOptions['begin'] = (source) =>
		RULES[job.rule]({ schedule, ...known, source, strength: upscaler.strength }, plan.timesteps[0]);
	const common = { ...enlargingOf(job), ...upscaler, negativePrompt: job.negativePrompt, plan, begin };
	return drawn.map((small, i) => upscalingLoop(small, { ...common, seed: seeds[i] }, denoiser));
}
