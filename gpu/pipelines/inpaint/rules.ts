/** How the known pixels are kept while the others are drawn. */
import type { NoiseSource } from '../../diffusion/noise.ts';
import type { SampleOptions } from '../../diffusion/sample.ts';
import { addNoise, type Schedule } from '../../diffusion/schedule.ts';
import type { InpaintRule } from '../../jobs/index.ts';
import { blend } from '../../tensor/mask.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface Known {
	readonly schedule: Schedule;
	/** [3, S, S]; the part under the mask matters only at the very first noise level, to `clean` and with a strength. */
	readonly original: Tensor;
	/** [1, S, S] of 0 (known) and 1 (to redraw). */
	readonly mask: Tensor;
	readonly source: NoiseSource;
	/** Of the walk; absent: what is redrawn starts from noise, except under `clean`. */
	readonly strength?: number;
}

/** The start of a loop, x at timestep t, and what happens after every step. */
type Rule = (known: Known, t: number) => Pick<SampleOptions, 'x' | 'constrain'>;

/**
 * From pure noise, or with a strength from the noised original (Meng et al. 2022, SDEdit); after every step the known pixels
 * are the original noised to the timestep that x has reached.
 *
 * This is Lugmayr et al. 2022, equation 8, whose √(1 − ᾱ) is a standard deviation; line 5 of their algorithm 1 has the
 * variance instead.
 */
const noised: Rule = ({ schedule, original, mask, source, strength }, start) => {
	const originalAt = (t: number) => addNoise(schedule, original, t, source.randn(original.shape)); // [3, S, S]
	return {
		x: strength === undefined ? source.randn(original.shape) : originalAt(start),
		constrain: (x, t) => blend(mask, x, originalAt(t)),
	};
};

/** diffusers' IFInpaintingPipeline: known pixels stay clean throughout, the rest starts as the noised original. */
const clean: Rule = ({ schedule, original, mask, source }, t) => ({
	x: blend(mask, addNoise(schedule, original, t, source.randn(original.shape)), original),
	constrain: (x) => blend(mask, x, original),
});

export const RULES: Readonly<Record<InpaintRule, Rule>> = { course: noised, repaint: noised, clean };
