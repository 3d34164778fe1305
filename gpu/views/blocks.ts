/** Makes views that cut the picture into parts cut stage I's and stage II's pictures alike. */

/** The side of stage I's pictures, in pixels. */
const STAGE_I = 64;

/**
 * The side, in pixels, of the blocks that no cut goes through. At a multiple of 64 a block is one stage I pixel, so that
 * cuts are where stage I has them; otherwise it is 1 pixel.
 *
 * So the mean of each block of a view at 256 is exactly the pixel that the view shows of the same picture at 64.
 */
export function blockSide(size: number): number {
	return size % STAGE_I === 0 ? size / STAGE_I : 1;
}
