/** Regions of a picture: connected pixels, and the box around each. */

import type { Size } from '../../tensor/fit.ts';

export interface Region {
	/** Indices of its pixels, row by row. */
	readonly pixels: readonly number[];
	readonly box: Box;
}

/** A box in pixels; right and bottom are just outside. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

export const widthOf = ({ left, right }: Box) => right - left;
export const heightOf = ({ top, bottom }: Box) => bottom - top;

/** Whether a box contains another one without touching it on any side. */
export const encloses = (outer: Box, inner: Box) =>
	outer.left < inner.left && outer.top < inner.top && outer.right > inner.right && outer.bottom > inner.bottom;

/** The smallest box around several. */
export function union(boxes: readonly Box[]): Box {
	return {
		left: Math.min(...boxes.map(({ left }) => left)),
		top: Math.min(...boxes.map(({ top }) => top)),
		right: Math.max(...boxes.map(({ right }) => right)),
		bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
	};
}

/**
 * All pixels that can be reached from `start` from neighbour to neighbour, of the eight around each.
 *
 * @param done marks visited pixels; pixels that are already marked are skipped
 * @param goes whether a step from one pixel to its neighbour is allowed
 */
export function spread(
	start: readonly number[],
	{ width, height }: Size,
	done: Uint8Array,
	goes: (from: number, to: number) => boolean,
): Region {
	const pixels = start.filter((i) => !done[i]);
	for (const i of pixels) done[i] = 1;
	let box: Box = { left: width, top: height, right: 0, bottom: 0 };
	// The list grows during the loop.
	for (const from of pixels) {
		const [x, y] = [from % width, Math.floor(from / width)];
		box = {
			left: Math.min(box.left, x),
			top: Math.min(box.top, y),
			right: Math.max(box.right, x + 1),
			bottom: Math.max(box.bottom, y + 1),
		};
		for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
			for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
				const to = ny * width + nx;
				if (done[to] || !goes(from, to)) continue;
				done[to] = 1;
				pixels.push(to);
			}
		}
	}
	return { pixels, box };
}

/** The regions of a mask, the largest first. */
export function regionsOf(mask: Uint8Array, size: Size): readonly Region[] {
	const done = mask.map((value) => (value ? 0 : 1));
	const regions: Region[] = [];
	for (let i = 0; i < mask.length; i++) {
		if (!done[i]) regions.push(spread([i], size, done, (_, to) => mask[to] === 1));
	}
	return regions.sort((a, b) => b.pixels.length - a.pixels.length);
}
