/** Softens the border of a mask. */
import { distanceToZero } from '../../tensor/distance.ts';
import { map, type Tensor } from '../../tensor/tensor.ts';

/**
 * A mask whose border fades over `width` pixels, all on its inner side: 0 stays 0, so that known pixels keep their values, and
 * the rest rises to 1 from the border inwards.
 *
 * @param mask [1, H, W] of 0 and 1, some of it 0
 * @param width in pixels; 0 leaves the mask unchanged
 */
export function feather(mask: Tensor, width: number): Tensor {
	if (width === 0) return mask;
	return map(distanceToZero(mask), (distance) => Math.min(1, distance / (width + 1)));
}
