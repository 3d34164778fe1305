/** The border of a picture: the pixels along its four edges, and what is put around it. */
import { isInside, type Lines, type Size } from './fit.ts';
import { map, type Tensor } from './tensor.ts';

/** @param i index of a pixel, row by row */
export function isOnBorder(i: number, { width, height }: Size): boolean {
	const [x, y] = [i % width, Math.floor(i / width)];
	return x === 0 || y === 0 || x === width - 1 || y === height - 1;
}

/** The indices of the border's pixels, row by row. */
export function borderOf({ width, height }: Size): readonly number[] {
	const rowAt = (row: number) => {
		const isWhole = row === 0 || row === height - 1;
		const columns = isWhole ? [...Array(width).keys()] : [...new Set([0, width - 1])];
		return columns.map((column) => row * width + column);
	};
	return Array.from({ length: height }, (_, row) => rowAt(row)).flat();
}

/**
 * The border's colour: the median of each channel. It matches the paper of a drawing exactly, whatever strokes run off it,
 * and gives a photo a border with some of its own light.
 *
 * @param x [C, H, W]
 */
export function borderColour({ data, shape: [channels, height, width] }: Tensor): readonly number[] {
	const pixels = borderOf({ width, height });
	return Array.from({ length: channels }, (_, channel) => {
		const values = Float32Array.from(pixels, (i) => data[channel * width * height + i]).sort();
		return values[Math.floor(values.length / 2)];
	});
}

/** x [C, H, W] with `colour`, [C], wherever its lines reach beyond the picture. */
export function bordered(x: Tensor, { across, down }: Lines, colour: readonly number[]): Tensor {
	const [, height, width] = x.shape;
	const columns = Array.from({ length: width }, (_, i) => isInside(across, i));
	const rows = Array.from({ length: height }, (_, i) => isInside(down, i));
	return map(x, (value, i) =>
		columns[i % width] && rows[Math.floor(i / width) % height] ? value : colour[Math.floor(i / (width * height))],
	);
}
