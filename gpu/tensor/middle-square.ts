/**
 * The middle square of a picture at another size: what networks see of it.
 *
 * Values are those of Pillow, which diffusers resizes with too: Catmull-Rom's kernel, widened where the picture shrinks, so that
 * every pixel counts. libvips, when it enlarges, shifts a picture by half a pixel.
 */
import { type Tensor, tensor } from './tensor.ts';

/** Of Keys' family of cubic kernels, the one that is exact for parabolas. */
const A = -0.5;

/** How far the kernel reaches to each side, in pixels. */
const REACH = 2;

/**
 * @param x [C, H, W]
 * @param size side of the result, in pixels
 * @returns [C, size, size]; beyond the values of x by as much as a cubic overshoots
 */
export function middleSquare(x: Tensor, size: number): Tensor {
	const [channels, height, width] = x.shape;
	const side = Math.min(height, width);
	if (height === size && width === size) return x;
	const across = taps(width, side, size);
	const down = taps(height, side, size);
	const narrow = new Float32Array(channels * height * size); // [C, H, S]
	for (let row = 0; row < channels * height; row++) {
		for (let i = 0; i < size; i++) narrow[row * size + i] = weighted(x.data, row * width, 1, across[i]);
	}
	const data = new Float32Array(channels * size * size); // [C, S, S]
	for (let channel = 0; channel < channels; channel++) {
		for (let row = 0; row < size; row++) {
			for (let column = 0; column < size; column++) {
				const from = channel * height * size + column;
				data[(channel * size + row) * size + column] = weighted(narrow, from, size, down[row]);
			}
		}
	}
	return tensor(data, [channels, size, size]);
}

/** Which pixels in a row make one of the result, and with which weights; they sum up to 1. */
interface Taps {
	readonly first: number;
	readonly weights: Float64Array;
}

function taps(length: number, side: number, size: number): readonly Taps[] {
	const scale = side / size;
	const stretch = Math.max(scale, 1);
	return Array.from({ length: size }, (_, i) => {
		const middle = (length - side) / 2 + (i + 0.5) * scale;
		const first = Math.max(0, Math.floor(middle - REACH * stretch + 0.5));
		const end = Math.min(length, Math.floor(middle + REACH * stretch + 0.5));
		const weights = Float64Array.from({ length: end - first }, (_, k) => cubic((first + k + 0.5 - middle) / stretch));
		const total = weights.reduce((sum, weight) => sum + weight, 0);
		return { first, weights: weights.map((weight) => weight / total) };
	});
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing", equation 15. */
function cubic(distance: number): number {
	const d = Math.abs(distance);
	if (d < 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
	return d < REACH ? A * (((d - 5) * d + 8) * d - 4) : 0;
}

function weighted(data: Float32Array, from: number, step: number, { first, weights }: Taps): number {
	let sum = 0;
	for (let k = 0, at = from + first * step; k < weights.length; k++, at += step) sum += weights[k] * data[at];
	return sum;
}
