/**
 * How far pixels are from a part of their picture: exact, and just as fast over long distances.
 * Source: Meijster, Roerdink & Hesselink 2000, "A General Algorithm for Computing Distance Transforms in Linear Time".
 */
import { type Tensor, tensor } from './tensor.ts';

/**
 * The distance of each pixel to the nearest 0, from centre to centre, in pixels.
 *
 * @param x [1, H, W]; at least one value is 0
 * @returns [1, H, W]
 */
export function distanceToZero({ data, shape }: Tensor): Tensor {
	const [, height, width] = shape;
	const along = distanceInColumns(data, height, width); // [H, W]
	const distances = new Float32Array(data.length);
	// The columns whose 0 is the nearest to some pixel of the row, and where the first of those pixels is.
	const columns = new Int32Array(width);
	const firsts = new Int32Array(width);
	for (let row = 0; row < data.length; row += width) {
		/** The squared distance from a pixel of the row to the nearest 0 in a column. */
		const squared = (at: number, column: number) => (at - column) ** 2 + along[row + column] ** 2;
		let last = -1;
		for (let column = 0; column < width; column++) {
			while (last >= 0 && squared(firsts[last], columns[last]) > squared(firsts[last], column)) last--;
			const first = last < 0 ? 0 : 1 + lastCloserTo(columns[last], column, row);
			if (first >= width) continue;
			last++;
			columns[last] = column;
			firsts[last] = first;
		}
		for (let at = width - 1; at >= 0; at--) {
			distances[row + at] = Math.sqrt(squared(at, columns[last]));
			if (at === firsts[last]) last--;
		}
	}
	return tensor(distances, shape);

	/** The last pixel of a row that is closer to the 0 in column a than to the one in column b, which is to its right. */
	function lastCloserTo(a: number, b: number, row: number): number {
		return Math.floor((b ** 2 - a ** 2 + along[row + b] ** 2 - along[row + a] ** 2) / (2 * (b - a)));
	}
}

/** The distance of each pixel to the nearest 0 in its column; more than any in the picture if there is none. */
function distanceInColumns(data: Float32Array, height: number, width: number): Float64Array {
	const distances = new Float64Array(data.length).fill(height + width);
	for (let i = 0; i < data.length; i++) {
		if (data[i] === 0) distances[i] = 0;
		else if (i >= width) distances[i] = Math.min(distances[i], distances[i - width] + 1);
	}
	for (let i = data.length - width - 1; i >= 0; i--) distances[i] = Math.min(distances[i], distances[i + width] + 1);
	return distances;
}
