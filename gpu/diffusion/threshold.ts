/** Dynamic thresholding of the implied x0. Source: Saharia et al. 2022 (Imagen), section 2.3, in the form of diffusers. */
import type { Tensor } from '../tensor/tensor.ts';
import { impliedX0, type Schedule } from './schedule.ts';

/** The clean picture that x_t and its noise imply, thresholded as the schedule says. All [C, H, W]. */
export function thresholdedX0(schedule: Schedule, x: Tensor, t: number, noise: Tensor): Tensor {
	return dynamicThreshold(impliedX0(schedule, x, t, noise), schedule.thresholding);
}

/** Clipping to [-1, 1]: thresholding whose bound is always 1. */
export const CLIPPING = { ratio: 1, maxValue: 1 } as const;

/** The same schedule, but with x0 clipped to [-1, 1]. */
export const clipping = (schedule: Schedule): Schedule => ({ ...schedule, thresholding: CLIPPING });

/**
 * Clamps x0 to [−s, s] and divides it by s, where s is the `ratio` quantile of |x0| over all values, kept within
 * 1..maxValue. So the result is in [−1, 1]. Without a rule x0 is returned unchanged.
 */
export function dynamicThreshold(x0: Tensor, rule: Schedule['thresholding']): Tensor {
	if (!rule) return x0;
	const s = bound(x0, rule);
	// Not by map, whose call for every value takes three times as long as the rest of a thresholding in stage II.
	const data = new Float32Array(x0.data.length);
	for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(x0.data[i], -s), s) / s;
	return { data, shape: x0.shape };
}

function bound(x0: Tensor, { ratio, maxValue }: NonNullable<Schedule['thresholding']>): number {
	// In stage II and plain clipping s is always 1, and sorting 3 x 256 x 256 values is half of a step's arithmetic.
	if (maxValue === 1) return 1;
	const magnitudes = new Float32Array(x0.data.length);
	for (let i = 0; i < magnitudes.length; i++) magnitudes[i] = Math.abs(x0.data[i]);
	return Math.min(Math.max(quantile(magnitudes, ratio), 1), maxValue);
}

/** The q quantile (q in 0..1) of a non-empty array, interpolated linearly at position q·(n − 1). */
export function quantile(values: Float32Array, q: number): number {
	const position = q * (values.length - 1);
	const rank = Math.floor(position);
	const partitioned = values.slice();
	const below = select(partitioned, rank);
	if (position === rank) return below;
	let above = Number.POSITIVE_INFINITY;
	for (let i = rank + 1; i < partitioned.length; i++) above = Math.min(above, partitioned[i]);
	return below + (position - rank) * (above - below);
}

/**
 * The value that would be at index `rank` if `values` were sorted. Rearranges them so that none after `rank` is smaller.
 * Source: Hoare 1961, "Algorithm 65: find". Sorting everything took a third of a sampling step's arithmetic.
 */
function select(values: Float32Array, rank: number): number {
	let [low, high] = [0, values.length - 1];
	while (low < high) {
		const pivot = values[(low + high) >> 1];
		let [i, j] = [low, high];
		while (i <= j) {
			while (values[i] < pivot) i++;
			while (values[j] > pivot) j--;
			if (i > j) break;
			const value = values[i];
			values[i++] = values[j];
			values[j--] = value;
		}
		if (rank <= j) high = j;
		else if (rank >= i) low = i;
		else break;
	}
	return values[rank];
}
