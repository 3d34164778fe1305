/** Dynamic thresholding of an estimated picture. Source: Saharia et al. 2022 (Imagen), section 2.3; diffusers' form. */
import { map, type Tensor } from '../tensor/tensor.ts';
import type { Schedule } from './schedule.ts';

/**
 * Clamps x0 to [−s, s] and divides it by s, where s is the `ratio` quantile of |x0| over all values, kept within
 * 1..maxValue. So the result lies in [−1, 1]. Without a rule x0 stays as it is.
 */
export function dynamicThreshold(x0: Tensor, rule: Schedule['thresholding']): Tensor {
	if (!rule) return x0;
	const s = bound(x0, rule);
	return map(x0, (value) => Math.min(Math.max(value, -s), s) / s);
}

function bound(x0: Tensor, { ratio, maxValue }: NonNullable<Schedule['thresholding']>): number {
	// Stage II and plain clipping leave no choice, and sorting 3 x 256 x 256 values is half of the arithmetic of a step.
	if (maxValue === 1) return 1;
	return Math.min(Math.max(quantile(x0.data.map(Math.abs), ratio), 1), maxValue);
}

/** The q quantile (0..1) of a non-empty array, linearly interpolated between neighbours at position q·(n − 1). */
export function quantile(values: Float32Array, q: number): number {
	const sorted = values.toSorted();
	const position = q * (sorted.length - 1);
	const below = Math.floor(position);
	const above = Math.ceil(position);
	return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
