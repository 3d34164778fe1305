/**
 * Drawn and photographed digits, made as MNIST's were: light on dark, the longer side 20 pixels, the centre of mass in the
 * middle of 28 x 28. Source: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", section III A.
 */

import { quantile } from '../../diffusion/threshold.ts';
import { UserError } from '../../errors.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { DIGIT_SIZE } from '../../models/digits/unet.ts';
import { decodeImage, measureImage } from '../../tensor/image.ts';
import { sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';

/** In pixels: more than enough for a digit of 20. */
const READ_SIDE = 140;

/** The longer side of a digit, in pixels. */
const BOX = 20;

/** Less difference from the paper than this, of 0..1, is no ink. */
const FAINT = 0.15;

/** Ink below this share of the darkest is shade or the softness of an edge, and does not widen the box. */
const EDGE = 0.25;

/** Points along each side of a target pixel of which the mean is taken. */
const SAMPLES = 6;

/**
 * The digit in a picture of any size, [1, 28, 28] in [0, 1]. A picture of 28 x 28 stays where it is.
 *
 * @throws {UserError} when nothing is drawn, or the bytes are no picture
 */
export async function readDrawnDigit(bytes: Uint8Array): Promise<Tensor> {
	const { width, height } = await measureImage(bytes);
	const isDigitSized = width === DIGIT_SIZE && height === DIGIT_SIZE;
	const side = isDigitSized ? DIGIT_SIZE : READ_SIDE;
	const ink = inkOf(await decodeImage(bytes, side), side);
	return tensor(isDigitSized ? ink : centred(ink, side), DIGIT_SHAPE);
}

/** How far each pixel of a picture ([3, S, S]) is from the paper, the farthest 1: [S · S]. The paper is what is along the edge. */
function inkOf({ data }: Tensor, side: number): Float32Array {
	const area = side * side;
	const grey = Float32Array.from(
		{ length: area },
		(_, i) => ((data[i] + data[area + i] + data[2 * area + i]) / 3 + 1) / 2,
	);
	const edge = grey.filter((_, i) => i < side || i >= area - side || i % side === 0 || i % side === side - 1);
	const paper = quantile(edge, 0.5);
	const ink = grey.map((value) => Math.abs(value - paper));
	const most = ink.reduce((max, value) => Math.max(max, value), 0);
	if (most < FAINT)
		throw new UserError('No digit can be seen in the picture; draw one that fills most of it, dark on light.');
	return ink.map((value) => value / most);
}

/** The inked part, its longer side brought to 20 pixels and its centre of mass to the middle: [S · S] -> [28 · 28]. */
function centred(ink: Float32Array, side: number): Float32Array {
	const box = { top: side, left: side, bottom: 0, right: 0 };
	const moment = { mass: 0, row: 0, column: 0 };
	for (let row = 0; row < side; row++) {
		for (let column = 0; column < side; column++) {
			const value = ink[row * side + column];
			if (value < EDGE) continue;
			box.top = Math.min(box.top, row);
			box.left = Math.min(box.left, column);
			box.bottom = Math.max(box.bottom, row + 1);
			box.right = Math.max(box.right, column + 1);
			moment.mass += value;
			moment.row += value * (row + 0.5);
			moment.column += value * (column + 0.5);
		}
	}
	const scale = Math.max(box.bottom - box.top, box.right - box.left) / BOX; // pixels of the picture in one of the digit
	const coordinate = (i: number, middle: number) => (i / SAMPLES - DIGIT_SIZE / 2 + 0.5 / SAMPLES) * scale + middle;
	const at = (row: number, column: number) =>
		row >= 0 && column >= 0 && row < side && column < side ? ink[Math.floor(row) * side + Math.floor(column)] : 0;
	const digit = new Float32Array(sizeOf(DIGIT_SHAPE));
	const fine = DIGIT_SIZE * SAMPLES;
	for (let i = 0; i < fine; i++) {
		const row = coordinate(i, moment.row / moment.mass);
		for (let j = 0; j < fine; j++) {
			const value = at(row, coordinate(j, moment.column / moment.mass));
			digit[Math.floor(i / SAMPLES) * DIGIT_SIZE + Math.floor(j / SAMPLES)] += value / SAMPLES ** 2;
		}
	}
	return digit;
}
