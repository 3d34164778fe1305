/** Gaussian blur, value for value the same as torchvision's `gaussian_blur`. */
import { type Tensor, tensor } from './tensor.ts';

/**
 * The weights of a Gaussian at the `size` pixel positions around its centre; they sum to 1.
 *
 * @param size odd, ≥ 1
 * @param sigma standard deviation in pixels, > 0
 * @throws {RangeError} for other sizes and sigmas
 */
export function gaussianKernel(size: number, sigma: number): Float32Array {
	if (!Number.isInteger(size) || size < 1 || size % 2 === 0) {
		throw new RangeError(`gaussianKernel: size must be an odd whole number, got ${size}`);
	}
	if (!(sigma > 0)) throw new RangeError(`gaussianKernel: sigma must be greater than 0, got ${sigma}`);
	const middle = (size - 1) / 2;
	const weights = Float32Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - middle) / sigma) ** 2));
	const sum = weights.reduce((total, weight) => total + weight, 0);
	return weights.map((weight) => weight / sum);
}

/** The widest kernel for a picture of side `side`: mirrored at one border, the picture reaches only as far as the other. */
export const widestKernel = (side: number) => 2 * side - 1;

/**
 * Blurs every channel of x, [C, H, W] -> [C, H, W]. Beyond its border the picture is mirrored, without repeating the
 * outermost pixels.
 *
 * @param kernel width of the Gaussian in pixels, odd, at most widestKernel of the smaller side of x
 * @param sigma standard deviation in pixels, > 0
 * @throws {RangeError} for other kernels and sigmas
 */
export function gaussianBlur(x: Tensor, kernel: number, sigma: number): Tensor {
	const [, height, width] = x.shape;
	const weights = gaussianKernel(kernel, sigma);
	const reach = (kernel - 1) / 2;
	if (x.shape.length !== 3 || kernel > widestKernel(Math.min(height, width))) {
		throw new RangeError(`gaussianBlur: a kernel of ${kernel} is too wide for shape [${x.shape}]`);
	}
	// The Gaussian is separable: along the rows first, then along the columns.
	const columns = mirrored(width, reach);
	const rows = mirrored(height, reach);
	// The kernel is symmetric, so two pixels share a weight. Weights beyond `last` are too small to show in an fp32 sum.
	const half = weights.subarray(reach);
	const last = half.findLastIndex((weight) => weight > half[0] * Number.EPSILON ** 0.5);
	const across = new Float64Array(x.data.length);
	const line = new Float64Array(columns.length);
	for (let row = 0; row < x.data.length; row += width) {
		for (let i = 0; i < line.length; i++) line[i] = x.data[row + columns[i]];
		for (let column = 0; column < width; column++) {
			const middle = column + reach;
			let sum = half[0] * line[middle];
			for (let k = 1; k <= last; k++) sum += half[k] * (line[middle - k] + line[middle + k]);
			across[row + column] = sum;
		}
	}
	const blurred = new Float32Array(x.data.length);
	const sums = new Float64Array(width);
	for (let top = 0; top < x.data.length; top += height * width) {
		for (let row = 0; row < height; row++) {
			const middle = top + row * width;
			for (let column = 0; column < width; column++) sums[column] = half[0] * across[middle + column];
			for (let k = 1; k <= last; k++) {
				const weight = half[k];
				const [above, below] = [top + rows[row + reach - k] * width, top + rows[row + reach + k] * width];
				for (let column = 0; column < width; column++) {
					sums[column] += weight * (across[above + column] + across[below + column]);
				}
			}
			blurred.set(sums, middle);
		}
	}
	return tensor(blurred, x.shape);
}

/** Which of `length` pixels is at −reach .. length − 1 + reach, mirrored at the first and the last one. */
function mirrored(length: number, reach: number): Int32Array {
	return Int32Array.from({ length: length + 2 * reach }, (_, i) => {
		const position = Math.abs(i - reach);
		return position < length ? position : 2 * (length - 1) - position;
	});
}
