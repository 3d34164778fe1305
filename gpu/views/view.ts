/**
 * The contract of anagram views.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */
import type { Tensor } from '../tensor/tensor.ts';

/** A way to look at a square picture. */
export interface Look {
	/** What the viewer sees: A x. [C, S, S] -> [C, S, S] */
	apply(x: Tensor): Tensor;
}

/**
 * A reversible way to look at a square picture: a linear, orthogonal map A (A Aᵀ = I) of [C, S, S] onto itself. So A of
 * noise is again noise, and A of a noisy picture has the same noise level. All maps leave their argument unchanged, accept
 * any number of channels and treat each alike.
 */
export interface View extends Look {
	/** A⁻¹, for the noise that the network saw in A x. [C, S, S] -> [C, S, S] */
	invertNoise(noise: Tensor): Tensor;
	/**
	 * The geometry of A⁻¹ without its sign, for the coefficients of the learned variance: they go back to the pixels they
	 * belong to, but a variance has no sign to flip. [C, S, S] -> [C, S, S]
	 */
	invertVariance(variance: Tensor): Tensor;
}

/**
 * How to animate the change from the upright picture to the view: the sheet turns over about its horizontal middle line, or
 * rotates in its plane by `degrees` clockwise (with a `radius`, a share of the side, only the disc in the middle does); the
 * colours fade into each other; or every pixel travels to its new place.
 */
export type ViewAnimation =
	| { readonly kind: 'turn-over' }
	| { readonly kind: 'rotate'; readonly degrees: number; readonly radius?: number }
	| { readonly kind: 'fade' }
	| { readonly kind: 'travel' };
