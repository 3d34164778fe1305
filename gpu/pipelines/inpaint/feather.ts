import { type Tensor, tensor } from '../../tensor/tensor.ts';

/**
 * A mask whose border fades over `width` pixels, all of them on its own side: what is 0 stays 0, so that known pixels stay
 * as they are, and what is 1 rises from the border inwards to 1.
 *
 * @param mask [1, S, S] of 0 and 1
 * @param width in pixels; 0 leaves the mask as it is
 */
export function feather(mask: Tensor, width: number): Tensor {
	const [, height, columns] = mask.shape;
	const reach = Math.ceil(width);
	const data = mask.data.map((value, i) => {
		if (value === 0) return 0;
		const row = Math.floor(i / columns);
		const column = i % columns;
		let nearest = Number.POSITIVE_INFINITY;
		for (let y = Math.max(0, row - reach); y <= Math.min(height - 1, row + reach); y++) {
			for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
				if (mask.data[y * columns + x] === 0) nearest = Math.min(nearest, Math.hypot(y - row, x - column));
			}
		}
		return Math.min(1, nearest / (width + 1));
	});
	return tensor(data, mask.shape);
}
