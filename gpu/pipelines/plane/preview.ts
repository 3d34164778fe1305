/** Points as a small picture, to show them on their way. */
import { map, type Tensor, zeros } from '../../tensor/tensor.ts';

/** The picture's side, in pixels. */
const SIDE = 128;

/** The visible part of the plane: from −REACH to REACH, which contains all shapes. */
const REACH = 5;

/** Points [N, 2] drawn dark on light, [3, SIDE, SIDE] in [-1, 1]. */
export function previewOf({ data }: Tensor): Tensor {
	const ink = zeros([3, SIDE, SIDE]);
	const pixel = (value: number) => Math.round(((value + REACH) / (2 * REACH)) * SIDE);
	for (let i = 0; i < data.length; i += 2) {
		const [column, row] = [pixel(data[i]), pixel(-data[i + 1])];
		for (const [x, y] of [
			[column, row],
			[column - 1, row],
			[column, row - 1],
			[column - 1, row - 1],
		]) {
			if (x < 0 || x >= SIDE || y < 0 || y >= SIDE) continue;
			for (let channel = 0; channel < 3; channel++) ink.data[(channel * SIDE + y) * SIDE + x] = 1;
		}
	}
	return map(ink, (value) => 0.95 - 1.7 * value);
}
