/** Classifier-free guidance. Source: Ho & Salimans 2022, in the form u + g (c − u) of DeepFloyd IF and diffusers. */
import { combine } from '../tensor/tensor.ts';
import type { Estimate } from './estimate.ts';

/**
 * Moves the noise estimate from the unconditional towards (scale < 1) or beyond (scale > 1) the conditional one. The
 * learned variance is the conditional branch's. At scale 1 the result is `conditional`: then ask only for that.
 */
export function guided(conditional: Estimate, unconditional: Estimate, scale: number): Estimate {
	return {
		noise: combine(scale, conditional.noise, 1 - scale, unconditional.noise), // [C, H, W]
		variance: conditional.variance,
	};
}
