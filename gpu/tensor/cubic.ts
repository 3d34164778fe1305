/**
 * Resizes pictures.
 *
 * Values match Pillow's, which diffusers resizes with too: the Catmull-Rom kernel, widened when the picture shrinks so that
 * every pixel counts. libvips is not used because it shifts a picture by half a pixel when it enlarges it.
 */
import { isInside, type Line, type Lines, linesOf, middleOf, type Size } from './fit.ts';
import { type Tensor, tensor } from './tensor.ts';

/** The parameter of Keys' family of cubic kernels: this one is exact for parabolas. */
const A = -0.5;

/** How far the kernel reaches on each side, in pixels. */
const REACH = 2;

/**
 * The largest central part of x with the proportions of the result, resized; all of x if it has those proportions.
 *
 * @param x [C, H, W]
 * @param width of the result, in pixels
 * @param height of the result; absent: a square
 * @returns [C, height, width]; values may exceed those of x, as cubics overshoot
 */
export function middlePart(x: Tensor, width: number, height = width): Tensor {
	return resized(x, linesOf(pixelsOf(x), { width, height }, 'crop'));
}

/** Width and height of [C, H, W]. */
export const pixelsOf = ({ shape: [, height, width] }: Tensor): Size => ({ width, height });

/** How weights and sums are rounded. */
interface Rounding {
	readonly weight: (weight: number) => number;
	readonly value: (sum: number) => number;
}

const NO_ROUNDING: Rounding = { weight: (weight) => weight, value: (sum) => sum };

/** The fixed-point unit of Pillow's weights for 8-bit pictures: 22 fractional bits (PRECISION_BITS in its Resample.c). */
const FIXED_POINT = 2 ** 22;

/** Pillow's rounding for 8-bit pictures: fixed-point weights, and whole levels in 0..255 after each of the two passes. */
export const LEVELS: Rounding = {
	weight: (weight) => Math.trunc(weight * FIXED_POINT + Math.sign(weight) / 2) / FIXED_POINT,
	value: (sum) => Math.min(Math.max(Math.floor(sum + 0.5), 0), 255),
};

/**
 * x resized as the lines say, 0 in its border; x itself if it already has that size.
 *
 * @param x [C, H, W]
 * @returns [C, height, width]
 */
export function resized(x: Tensor, lines: Lines, rounding = NO_ROUNDING): Tensor {
	const [channels, rows, columns] = x.shape;
	const [width, height] = [lines.across.size, lines.down.size];
	if (rows === height && columns === width) return x;
	const across = taps(lines.across, rounding);
	const down = taps(lines.down, rounding);
	const narrow = new Float32Array(channels * rows * width); // [C, H, width]
	for (let row = 0; row < channels * rows; row++) {
		for (let i = 0; i < width; i++) {
			narrow[row * width + i] = rounding.value(weighted(x.data, row * columns, 1, across[i]));
		}
	}
	const data = new Float32Array(channels * height * width); // [C, height, width]
	for (let channel = 0; channel < channels; channel++) {
		for (let row = 0; row < height; row++) {
			for (let column = 0; column < width; column++) {
				const from = channel * rows * width + column;
				data[(channel * height + row) * width + column] = rounding.value(weighted(narrow, from, width, down[row]));
			}
		}
	}
	return tensor(data, [channels, height, width]);
}

/** The pixels of a row that make one pixel of the result, and their weights, which sum to 1; a border pixel has none. */
interface Taps {
	readonly first: number;
	readonly weights: Float64Array;
}

function taps(line: Line, { weight: rounded }: Rounding): readonly Taps[] {
	const { length, size, scale } = line;
	const stretch = Math.max(scale, 1);
	return Array.from({ length: size }, (_, i) => {
		if (!isInside(line, i)) return { first: 0, weights: new Float64Array(0) };
		const middle = middleOf(line, i);
		const first = Math.max(0, Math.floor(middle - REACH * stretch + 0.5));
		const end = Math.min(length, Math.floor(middle + REACH * stretch + 0.5));
		const weights = Float64Array.from({ length: end - first }, (_, k) => cubic((first + k + 0.5 - middle) / stretch));
		const total = weights.reduce((sum, weight) => sum + weight, 0);
		return { first, weights: weights.map((weight) => rounded(weight / total)) };
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
