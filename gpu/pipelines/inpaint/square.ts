/** The square of a picture that the model sees: chosen around what is redrawn, cut out, and put back. */
import { type Tensor, tensor } from '../../tensor/tensor.ts';

/** A square in pixels of the picture. It may reach beyond the picture, whose edge is then repeated. */
export interface Square {
	readonly left: number;
	readonly top: number;
	readonly side: number;
}

/** The square's side relative to that of what is redrawn: half of what the model sees is context to fit. */
const CONTEXT = 2;

/** The smallest such ratio: if the picture has no room even for that, the square reaches beyond it. */
const LEAST_CONTEXT = 4 / 3;

/**
 * The square around what a mask marks to redraw: within the picture if that has room for it and some context, and no smaller
 * than the model's pictures, so that nothing is enlarged for the model.
 *
 * @param mask [1, H, W] of 0 and 1, some of it 1
 * @param size side of the model's pictures, in pixels
 */
export function squareAround(mask: Tensor, size: number): Square {
	const [, height, width] = mask.shape;
	const { across, down } = extentOf(mask);
	const wanted = Math.max(CONTEXT * lengthOf(across), CONTEXT * lengthOf(down), size);
	const needed = Math.max(neededAlong(across, width), neededAlong(down, height));
	const side = Math.min(wanted, Math.max(needed, Math.min(height, width)));
	return { left: start(across, side, width), top: start(down, side, height), side };
}

/** Pixels of a line, from `first` up to but not including `end`. */
interface Range {
	readonly first: number;
	readonly end: number;
}

const lengthOf = ({ first, end }: Range) => end - first;

/** What goes from edge to edge has no context beside it. */
function neededAlong(range: Range, length: number): number {
	return Math.min(Math.ceil(LEAST_CONTEXT * lengthOf(range)), length);
}

/** The columns and rows that a mask has a 1 in. */
function extentOf({ data, shape: [, , width] }: Tensor): { readonly across: Range; readonly down: Range } {
	const down = { first: Math.floor(data.indexOf(1) / width), end: Math.floor(data.lastIndexOf(1) / width) + 1 };
	const across = { first: width, end: 0 };
	for (let row = down.first; row < down.end; row++) {
		const line = data.subarray(row * width, (row + 1) * width);
		const first = line.indexOf(1);
		if (first < 0) continue;
		across.first = Math.min(across.first, first);
		across.end = Math.max(across.end, line.lastIndexOf(1) + 1);
	}
	return { across, down };
}

/** Where a square starts along an edge of `length` pixels: with the range in its middle, as far as it can stay inside. */
function start({ first, end }: Range, side: number, length: number): number {
	if (side > length) return Math.floor((length - side) / 2);
	return Math.min(Math.max(Math.round((first + end - side) / 2), 0), length - side);
}

/** [C, H, W] -> [C, side, side] */
export function cutSquare({ data, shape: [channels, height, width] }: Tensor, { left, top, side }: Square): Tensor {
	const cut = new Float32Array(channels * side * side);
	for (let line = 0; line < channels * side; line++) {
		const channel = Math.floor(line / side);
		const row = Math.min(Math.max(top + (line % side), 0), height - 1);
		const from = (channel * height + row) * width;
		for (let i = 0; i < side; i++) cut[line * side + i] = data[from + Math.min(Math.max(left + i, 0), width - 1)];
	}
	return tensor(cut, [channels, side, side]);
}

/**
 * @param picture [C, H, W]
 * @param part [C, side, side]
 * @returns the picture with the part in its square; whatever reaches beyond the picture is dropped
 */
export function pasteSquare(picture: Tensor, part: Tensor, { left, top, side }: Square): Tensor {
	const [channels, height, width] = picture.shape;
	const data = Float32Array.from(picture.data);
	const [first, end] = [Math.max(left, 0), Math.min(left + side, width)];
	for (let channel = 0; channel < channels; channel++) {
		for (let row = Math.max(top, 0); row < Math.min(top + side, height); row++) {
			const from = (channel * side + row - top) * side - left;
			data.set(part.data.subarray(from + first, from + end), (channel * height + row) * width + first);
		}
	}
	return tensor(data, picture.shape);
}

/**
 * A mask at the model's size: 1 wherever resizing the picture mixes in some of what is redrawn, so that the model treats none
 * of it as known.
 *
 * @param mask [1, N, N] of 0 and 1
 * @returns [1, size, size]
 */
export function maskForModel({ data, shape: [, side] }: Tensor, size: number): Tensor {
	const scale = side / size;
	// As far as middlePart's kernel gives pixels a positive weight.
	const reach = Math.max(scale, 1);
	const seen = Array.from({ length: size }, (_, i): Range => {
		const middle = (i + 0.5) * scale;
		return {
			first: Math.max(0, Math.floor(middle - reach + 0.5)),
			end: Math.min(side, Math.ceil(middle + reach - 0.5)),
		};
	});
	const narrow = new Float32Array(size * side); // [S, N], transposed so that the second pass reads memory in order too
	for (let row = 0; row < side; row++) {
		const line = data.subarray(row * side, (row + 1) * side);
		for (const [i, { first, end }] of seen.entries()) {
			if (line.subarray(first, end).includes(1)) narrow[i * side + row] = 1;
		}
	}
	const small = Float32Array.from({ length: size * size }, (_, i) => {
		const column = (i % size) * side;
		const { first, end } = seen[Math.floor(i / size)];
		return narrow.subarray(column + first, column + end).includes(1) ? 1 : 0;
	});
	return tensor(small, [1, size, size]);
}
