/** Finds the ink in a picture of a drawn digit: whatever differs from the paper around it, in any colours and any light. */
import type { Tensor } from '../../tensor/tensor.ts';

/** One value for each pixel of a picture, row by row. */
export interface Plane {
	readonly width: number;
	readonly height: number;
	readonly data: Float32Array;
}

/** Half the width of the window in which paper is sought, as a share of the longer side. */
const WINDOW = 0.25;

/** If a larger share of the border than this differs from the rest, strokes reach it, and the lighter part is the paper. */
const STROKES_AT_BORDER = 0.2;

const LEVELS = 256;

type Colour = readonly number[];

/** The part of a picture to look at. */
export interface Sight {
	/** 1 for these pixels, 0 for others. */
	readonly within: Uint8Array;
	/** Indices of the pixels along its border. */
	readonly border: readonly number[];
}

/**
 * How far each pixel is from the paper around it, 0..1. At first the border's colour separates ink from paper. The paper at a
 * pixel is then the median of the non-ink in a window around it, as uneven light changes both.
 *
 * @param picture [C, H, W], levels in [0, 255]
 */
export function distanceFromPaper(picture: Tensor, { within, border }: Sight): Plane {
	const [, height, width] = picture.shape;
	const size = { width, height };
	const planes = planesOf(picture);
	const paper = paperAt(planes, border, within);
	const far = distance(planes, (channel) => paper[channel]);
	const from = otsu(far.filter((_, i) => within[i]));
	const isPaper = within.map((seen, i) => (seen && far[i] < from ? 1 : 0));
	const radius = Math.round(WINDOW * Math.max(width, height));
	const local = planes.map((levels, channel) => medians(levels, { ...size, radius }, isPaper, paper[channel]));
	const data = distance(planes, (channel, i) => local[channel][i]);
	return { ...size, data: data.map((value, i) => (within[i] ? value : 0)) };
}

function planesOf({ data, shape: [channels, height, width] }: Tensor): readonly Uint8Array[] {
	const area = width * height;
	return Array.from({ length: channels }, (_, channel) =>
		Uint8Array.from(data.subarray(channel * area, (channel + 1) * area), Math.round),
	);
}

/** A pixel's largest distance from the paper in any channel, as a share of the largest possible one. */
function distance(planes: readonly Uint8Array[], paper: (channel: number, i: number) => number): Float32Array {
	return Float32Array.from(planes[0], (_, i) =>
		Math.max(
			...planes.map((levels, channel) => {
				const level = paper(channel, i);
				return Math.abs(levels[i] - level) / Math.max(level, LEVELS - 1 - level);
			}),
		),
	);
}

/** The colour of the paper, judging by the border. */
function paperAt(planes: readonly Uint8Array[], border: readonly number[], within: Uint8Array): Colour {
	const most = medianColour(planes, border);
	const far = distance(planes, (channel) => most[channel]);
	const from = otsu(far.filter((_, i) => within[i]));
	const others = border.filter((i) => far[i] >= from);
	if (others.length < STROKES_AT_BORDER * border.length) return most;
	const other = medianColour(planes, others);
	return brightness(other) > brightness(most) ? other : most;
}

const medianColour = (planes: readonly Uint8Array[], pixels: readonly number[]): Colour =>
	planes.map((levels) => pixels.map((i) => levels[i]).sort((a, b) => a - b)[Math.floor(pixels.length / 2)]);

const brightness = (colour: Colour) => colour.reduce((sum, level) => sum + level, 0);

/**
 * The median of the pixels that count in a window around each pixel. Source: Huang, Yang & Tang 1979, "A fast two-dimensional
 * median filtering algorithm". Windows end at the border; a window where nothing counts gives `otherwise`.
 */
function medians(
	levels: Uint8Array,
	{ width, height, radius }: { readonly width: number; readonly height: number; readonly radius: number },
	counts: Uint8Array,
	otherwise: number,
): Uint8Array {
	const result = new Uint8Array(levels.length);
	for (let row = 0; row < height; row++) {
		const top = Math.max(0, row - radius);
		const bottom = Math.min(height, row + radius + 1);
		const histogram = new Int32Array(LEVELS);
		let count = 0;
		let median = 0;
		let below = 0;
		const move = (column: number, step: 1 | -1) => {
			for (let y = top; y < bottom; y++) {
				const i = y * width + column;
				if (!counts[i]) continue;
				histogram[levels[i]] += step;
				count += step;
				if (levels[i] < median) below += step;
			}
		};
		for (let column = 0; column < Math.min(radius, width); column++) move(column, 1);
		for (let column = 0; column < width; column++) {
			if (column + radius < width) move(column + radius, 1);
			if (column - radius > 0) move(column - radius - 1, -1);
			while (median > 0 && below > count / 2) below -= histogram[--median];
			while (median < LEVELS - 1 && below + histogram[median] <= count / 2) below += histogram[median++];
			result[row * width + column] = count > 0 ? median : otherwise;
		}
	}
	return result;
}

/** Otsu 1979: the threshold that splits the values, 0..1, into the two groups that differ most. */
export function otsu(values: Float32Array): number {
	const histogram = new Float64Array(LEVELS);
	for (const value of values) histogram[Math.min(LEVELS - 1, Math.floor(value * LEVELS))]++;
	const total = values.length;
	const sum = histogram.reduce((all, count, level) => all + count * level, 0);
	let [below, sumBelow, best, found] = [0, 0, 0, 0];
	for (let level = 0; level < LEVELS - 1; level++) {
		below += histogram[level];
		sumBelow += histogram[level] * level;
		if (below === 0 || below === total) continue;
		const apart = sumBelow / below - (sum - sumBelow) / (total - below);
		const between = below * (total - below) * apart ** 2;
		if (between > best) [best, found] = [between, level];
	}
	return (found + 1) / LEVELS;
}
