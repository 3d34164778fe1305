/** Takes the square of an inpainting through stage II, which enlarges what stage I drew. */
import { TorchGenerator } from '../../diffusion/noise.ts';
import { planSampling } from '../../diffusion/plan.ts';
import type { SampleOptions } from '../../diffusion/sample.ts';
import { type JobOf, type Upscaler, upscalingChoice } from '../../jobs/index.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import { middlePart } from '../../tensor/cubic.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { promptEstimate } from '../prompts.ts';
import { heldTo } from '../upscale/faithful.ts';
import { lowResolutionOf } from '../upscale/low-resolution.ts';
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
	{ prompt, negativePrompt, rule }: Pick<JobOf<'inpaint'>, 'prompt' | 'negativePrompt' | 'rule'>,
	upscaler: Upscaler,
	denoiser: Denoiser,
): SampleOptions[] {
	const { guidanceScale, noiseLevel } = upscaler;
	const { schedule, shape } = denoiser;
	const [, size] = shape;
	const plan = planSampling(upscalingChoice(upscaler));
	const known = { original: middlePart(original, size), mask: maskForModel(mask, size) }; // [3, S, S], [1, S, S]
	return drawn.map((small, i) => {
		const source = new TorchGenerator(seeds[i]);
		const start = RULES[rule]({ schedule, ...known, source }, plan.timesteps[0]);
		const lowResolution = lowResolutionOf(small, noiseLevel, denoiser, source); // [3, S, S]
		const under = promptEstimate(denoiser, prompt, { negativePrompt, guidanceScale }, { lowResolution, noiseLevel });
		return { ...plan, schedule, estimate: heldTo(small, denoiser, under), source, ...start };
	});
}
