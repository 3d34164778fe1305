/**
 * The middle part of a picture at another size: what networks see of it.
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
 * The largest middle part of x that has the proportions of the result, resized: all of x where it has them itself.
 *
 * @param x [C, H, W]
 * @param width of the result, in pixels
 * @param height of the result: a square if absent
 * @returns [C, height, width]; beyond the values of x by as much as a cubic overshoots
 */
export function middlePart(x: Tensor, width: number, height = width): Tensor {
	const [channels, rows, columns] = x.shape;
	if (rows === height && columns === width) return x;
	const scale = middleScale({ width: columns, height: rows }, { width, height });
	const across = taps(columns, width, scale);
	const down = taps(rows, height, scale);
	const narrow = new Float32Array(channels * rows * width); // [C, H, width]
	for (let row = 0; row < channels * rows; row++) {
		for (let i = 0; i < width; i++) narrow[row * width + i] = weighted(x.data, row * columns, 1, across[i]);
	}
	const data = new Float32Array(channels * height * width); // [C, height, width]
	for (let channel = 0; channel < channels; channel++) {
		for (let row = 0; row < height; row++) {
			for (let column = 0; column < width; column++) {
				const from = channel * rows * width + column;
				data[(channel * height + row) * width + column] = weighted(narrow, from, width, down[row]);
			}
		}
	}
	return tensor(data, [channels, height, width]);
}

/** Width and height, in pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/** How many pixels of a picture a pixel of its middle part has, along each side. */
export function middleScale(picture: Size, part: Size): number {
	return Math.min(picture.width / part.width, picture.height / part.height);
}

/** Where the middle of pixel i of `size` in the middle of `length` pixels lies, in pixels from their beginning. */
export function middleOf(i: number, length: number, size: number, scale: number): number {
	return (length - size * scale) / 2 + (i + 0.5) * scale;
}

/** Which pixels in a row make one of the result, and with which weights; they sum up to 1. */
interface Taps {
	readonly first: number;
	readonly weights: Float64Array;
}

/** @param scale how many of the `length` pixels one of the `size` in their middle has */
function taps(length: number, size: number, scale: number): readonly Taps[] {
	const stretch = Math.max(scale, 1);
	return Array.from({ length: size }, (_, i) => {
		const middle = middleOf(i, length, size, scale);
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
