/** Turns digits into pictures that people can look at. */
import { asPicture } from '../../tensor/grey.ts';
import { sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';

/** Rows of equally large digits [1, H, W], without gaps: [1, rows · H, columns · W]; places without a digit are 0. */
export function mosaic(digits: readonly Tensor[], columns: number): Tensor {
	const [, height, width] = digits[0].shape;
	const shape = [1, Math.ceil(digits.length / columns) * height, columns * width];
	const data = new Float32Array(sizeOf(shape));
	for (const [i, digit] of digits.entries()) {
		const top = Math.floor(i / columns) * height;
		const left = (i % columns) * width;
		for (let row = 0; row < height; row++) {
			const line = digit.data.subarray(row * width, (row + 1) * width);
			data.set(line, (top + row) * columns * width + left);
		}
	}
	return tensor(data, shape);
}

/** Every pixel becomes a square of side `factor`, without smoothing: [C, H, W] -> [C, factor · H, factor · W]. */
export function enlarge({ data, shape: [channels, height, width] }: Tensor, factor: number): Tensor {
	const wide = factor * width;
	const enlarged = new Float32Array(data.length * factor ** 2);
	for (let row = 0; row < channels * height; row++) {
		const first = row * factor * wide;
		for (let x = 0; x < width; x++) {
			const start = first + x * factor;
			enlarged.fill(data[row * width + x], start, start + factor);
		}
		for (let copy = 1; copy < factor; copy++) enlarged.copyWithin(first + copy * wide, first, first + wide);
	}
	return tensor(enlarged, [channels, factor * height, factor * width]);
}

/** The side of a preview, in digits: four of them, or one four times as large. */
const PREVIEW_SQUARE = 4;

/** The first digits [1, 28, 28], one, up to four or up to sixteen, in a square of 112 pixels: [3, 112, 112]. */
export function previewOf(digits: readonly Tensor[]): Tensor {
	const across = [1, 2, PREVIEW_SQUARE].find((side) => side ** 2 >= digits.length) ?? PREVIEW_SQUARE;
	const shown = digits.slice(0, across ** 2);
	const blank = digits[0].data.map(() => 0);
	while (shown.length < across ** 2) shown.push(tensor(blank, digits[0].shape));
	return asPicture(enlarge(mosaic(shown, across), PREVIEW_SQUARE / across));
}
