/**
 * The Fréchet distance between two sets of feature vectors, as if each were normally distributed:
 * |μ1 − μ2|² + tr(C1 + C2 − 2 (C1 C2)^½).
 * Source: Heusel et al. 2017, eq. 6 (FID); here with the features of a judge of digits instead of Inception's.
 */
import { sizeOf, type Tensor } from '../gpu/tensor/tensor.ts';
import { eigenvalues, symmetricRoot } from './symmetric.ts';

/** The mean [F] and covariance [F · F] of features. */
interface Moments {
	readonly mean: Float64Array;
	readonly covariance: Float64Array;
}

/** @param a, b features [N, F]; N ≥ 2 may differ */
export function frechetDistance(a: Tensor, b: Tensor): number {
	const [first, second] = [momentsOf(a), momentsOf(b)];
	const size = first.mean.length;
	let distance = 0;
	for (let i = 0; i < size; i++) {
		distance += (first.mean[i] - second.mean[i]) ** 2;
		distance += first.covariance[i * size + i] + second.covariance[i * size + i];
	}
	// C1 C2 has the eigenvalues of the symmetric C1^½ C2 C1^½; rounding may leave some just below 0.
	const root = symmetricRoot(first.covariance, size);
	const product = multiply(multiply(root, second.covariance, size), root, size);
	for (const value of eigenvalues(product, size)) distance -= 2 * Math.sqrt(Math.max(0, value));
	return distance;
}

function momentsOf({ data, shape }: Tensor): Moments {
	const [count, size] = shape;
	if (count < 2 || data.length !== sizeOf(shape)) throw new RangeError(`frechetDistance: features [${shape}]`);
	const mean = new Float64Array(size);
	for (let i = 0; i < data.length; i++) mean[i % size] += data[i] / count;
	const covariance = new Float64Array(size * size);
	const off = new Float64Array(size);
	for (let n = 0; n < count; n++) {
		for (let i = 0; i < size; i++) off[i] = data[n * size + i] - mean[i];
		for (let i = 0; i < size; i++) {
			for (let j = 0; j < size; j++) covariance[i * size + j] += (off[i] * off[j]) / (count - 1);
		}
	}
	return { mean, covariance };
}

/** The product of square matrices, stored row by row. */
function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
	const product = new Float64Array(size * size);
	for (let i = 0; i < size; i++) {
		for (let k = 0; k < size; k++) {
			const factor = a[i * size + k];
			for (let j = 0; j < size; j++) product[i * size + j] += factor * b[k * size + j];
		}
	}
	return product;
}
