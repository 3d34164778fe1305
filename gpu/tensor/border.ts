/** The border of a picture: the pixels along its four edges. */
import type { Size } from './middle-part.ts';

/** @param i index of a pixel, row by row */
export function isOnBorder(i: number, { width, height }: Size): boolean {
	const [x, y] = [i % width, Math.floor(i / width)];
	return x === 0 || y === 0 || x === width - 1 || y === height - 1;
}

/** Indices of its pixels. */
export const borderOf = (size: Size) => [...Array(size.width * size.height).keys()].filter((i) => isOnBorder(i, size));
