/**
 * The contract of hybrid decompositions.
 * Source: Geng, Park & Owens 2024, "Factorized Diffusion: Perceptual Illusions by Noise Decomposition".
 */
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * One part f_i of a picture: a linear map, [C, S, S] -> [C, S, S]. The parts of a decomposition sum to the picture,
 * Σ f_i(x) = x, up to rounding. All leave their argument unchanged and take any number of channels.
 */
export type Component = (x: Tensor) => Tensor;

/** A filter's size, in pixels of a picture of side FILTER_SIDE; absent fields: the decomposition's defaults. */
export interface Filter {
	/** Standard deviation of a Gaussian. */
	readonly sigma?: number;
	/** Width of the kernel, odd. */
	readonly kernel?: number;
}

/** The picture side that filter sizes refer to: stage I's. */
export const FILTER_SIDE = 64;

/** Scales a length at FILTER_SIDE to pictures of side `size`. */
export function scaleLength(length: number, size: number): number {
	return (length * size) / FILTER_SIDE;
}

/** A kernel's width for pictures of side `size`: the nearest odd number, the wider of two. At 256, 33 becomes 133. */
export function scaleKernel(kernel: number, size: number): number {
	return 2 * Math.floor(scaleLength(kernel, size) / 2) + 1;
}
