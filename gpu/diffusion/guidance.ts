/**
 * Classifier-free guidance. Source: Ho & Salimans 2022, in the form u + g (c − u) of DeepFloyd IF and diffusers. For
 * guidance at some noise levels only: Kynkäänniemi et al. 2024, "Applying Guidance in a Limited Interval Improves Sample and
 * Distribution Quality in Diffusion Models".
 */
import { combine } from '../tensor/tensor.ts';
import type { Estimate } from './estimate.ts';

/** A job's guidance. */
export interface Guidance {
	/** 1 = none. */
	readonly guidanceScale: number;
	/** The lowest and the highest timestep with guidance, both included; absent: all timesteps. */
	readonly guidanceRange?: readonly [number, number];
}

/** Whether the network runs twice at timestep t: with the prompt and without it. */
export function guidesAt({ guidanceScale, guidanceRange }: Guidance, t: number): boolean {
	const [least, most] = guidanceRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	return guidanceScale !== 1 && least <= t && t <= most;
}

/**
 * Moves the noise estimate from the unconditional one towards (scale < 1) or beyond (scale > 1) the conditional one. The
 * learned variance is the conditional branch's. At scale 1 the result is `conditional`, so compute only that.
 */
export function guided(conditional: Estimate, unconditional: Estimate, scale: number): Estimate {
	return {
		noise: combine(scale, conditional.noise, 1 - scale, unconditional.noise), // [C, H, W]
		variance: conditional.variance,
	};
}
