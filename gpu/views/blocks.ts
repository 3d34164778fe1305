/** How views that cut the picture into parts cut stage I's and stage II's pictures alike. */

/** The side of stage I's pictures, in pixels. */
const STAGE_I = 64;

/**
 * The side, in pixels, of the squares that no cut goes through: at a multiple of 64 what stands for one pixel of the 64,
 * so that cuts are where stage I has them; otherwise 1, the picture stands alone.
 *
 * So the mean of each block of a view at 256 is the pixel that the view shows at 64 of the same picture, exactly.
 */
export function blockSide(size: number): number {
	return size % STAGE_I === 0 ? size / STAGE_I : 1;
}
