/** How the known pixels are kept while the others are drawn. */
import type { NoiseSource } from '../../diffusion/noise.ts';
import type { SampleOptions } from '../../diffusion/sample.ts';
import { addNoise, type Schedule } from '../../diffusion/schedule.ts';
import type { InpaintRule } from '../../jobs/index.ts';
import { blend } from '../../tensor/mask.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface Known {
	readonly schedule: Schedule;
	/** [3, S, S]; the part under the mask is ignored, except by `clean` at the very first noise level. */
	readonly original: Tensor;
	/** [1, S, S] of 0 (known) and 1 (to redraw). */
	readonly mask: Tensor;
	readonly source: NoiseSource;
}

/** The start of a loop, x at timestep t, and what happens after every step. */
type Rule = (known: Known, t: number) => Pick<SampleOptions, 'x' | 'constrain'>;

/**
 * From pure noise; after every step the known pixels are the original noised to the timestep that x has reached.
 *
 * This is Lugmayr et al. 2022, equation 8, whose √(1 − ᾱ) is a standard deviation; line 5 of their algorithm 1 has the
 * variance instead.
 */
const noised: Rule = ({ schedule, original, mask, source }) => ({
	x: source.randn(original.shape),
	constrain: (x, t) => blend(mask, x, addNoise(schedule, original, t, source.randn(original.shape))),
});

/** diffusers' IFInpaintingPipeline at strength 1: known pixels stay clean throughout, the rest starts as the noised original. */
const clean: Rule = ({ schedule, original, mask, source }, t) => ({
	x: blend(mask, addNoise(schedule, original, t, source.randn(original.shape)), original),
	constrain: (x) => blend(mask, x, original),
});

export const RULES: Readonly<Record<InpaintRule, Rule>> = { course: noised, repaint: noised, clean };
