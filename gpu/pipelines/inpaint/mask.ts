/** What an inpainting redraws, as a mask over its picture: 1 = redrawn, 0 = kept. */
import { UserError } from '../../errors.ts';
import type { JobOf } from '../../jobs/index.ts';
import { type Fit, isInside, type Line, linesOf, middleOf, type Size } from '../../tensor/fit.ts';
import { measureImage } from '../../tensor/image.ts';
import { decodeMask, decodeOpacity, hasHole } from '../../tensor/mask.ts';
import { map, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { PipelineContext } from '../pipeline.ts';

/** Mid grey, where diffusers' threshold is too. */
const WHITE_FROM = 0.5;

/** A pixel counts as known if it contains next to nothing of the white behind a transparent picture. */
const OPAQUE_FROM = 0.99;

/** A mask [1, H, W] of 0 and 1, at least one of each, with a note if it was not read by its brightness. */
export interface ReadMask {
	readonly mask: Tensor;
	readonly notes: readonly string[];
}

/**
 * @param size of the mask: that of its picture, or of what the model sees of it
 * @throws {UserError} if nothing would be redrawn or kept, or if a mask does not have the proportions of its picture
 */
export async function readMask(
	{ image, area, whole, fit = 'crop' }: Pick<JobOf<'inpaint'>, 'image' | 'area' | 'whole' | 'fit'>,
	size: Size,
	{ loadBytes }: Pick<PipelineContext, 'loadBytes'>,
): Promise<ReadMask> {
	const { width, height } = size;
	const bytes = await loadBytes(image);
	const picture = await measureImage(bytes);
	/** Where the picture is, without any border. */
	const shown = regionMask([0, 0, 1, 1], picture, size, fit);
	switch (area.by) {
		case 'mask': {
			const { painted, notes } = await readPainted(await loadBytes(area.mask), picture, size, { whole, fit });
			return assertBoth({ mask: painted, notes }, shown, {
				nothing: 'The mask is black everywhere, so nothing would be redrawn; paint white what should change.',
				everything: 'The mask is white everywhere, so nothing of the picture would stay; paint black what should stay.',
			});
		}
		case 'region':
			return assertBoth({ mask: regionMask(area.region, picture, size, fit), notes: [] }, shown, {
				nothing: whole || fit !== 'crop' ? NO_PIXEL : NO_PIXEL_IN_THE_MIDDLE,
				everything: 'The region covers the whole picture, so nothing of it would stay; give a smaller one.',
			});
		case 'transparency': {
			const opacity = await decodeOpacity(bytes, width, height, fit); // [1, H, W]
			const mask = map(opacity, (value) => (value < OPAQUE_FROM ? 1 : 0));
			return assertBoth({ mask, notes: [] }, shown, {
				nothing: NO_AREA,
				everything: 'The picture is transparent everywhere, so there is nothing to keep; send one with opaque parts.',
			});
		}
	}
}

/** A square mask belongs to the square that the fit makes of a picture; on the whole picture it is placed by undoing the fit. */
const UNDONE: Readonly<Record<Fit, Fit>> = { crop: 'pad', squash: 'squash', pad: 'crop' };

const ON_THE_MIDDLE =
	'The mask is square and the picture is not, so it covers the middle square of the picture; with the fit squash it is stretched over the whole picture.';

const HOLE = 'The mask has a transparent hole, so that was redrawn, whatever colours are around it.';

/** What a mask's picture marks to redraw: its hole, or the parts that are white. */
async function readPainted(
	bytes: Uint8Array,
	picture: Size,
	{ width, height }: Size,
	{ whole, fit }: Pick<JobOf<'inpaint'>, 'whole'> & { readonly fit: Fit },
): Promise<{ readonly painted: Tensor; readonly notes: readonly string[] }> {
	const own = await measureImage(bytes);
	const alike = haveSameProportions(own, picture);
	if (!alike && own.width !== own.height) {
		throw new UserError(
			`The mask has ${own.width} × ${own.height} pixels and the picture ${picture.width} × ${picture.height}: a mask must have the proportions of its picture, or be square.`,
		);
	}
	const placed = !whole ? fit : alike ? 'crop' : UNDONE[fit];
	const notes = !alike && fit === 'crop' ? [ON_THE_MIDDLE] : [];
	const opacity = await decodeOpacity(bytes, width, height, placed); // [1, H, W]
	// A border that padding adds is not part of the mask.
	const seen = placed === 'pad' ? await decodeOpacity(bytes, width, height, 'squash') : opacity;
	if (hasHole(seen)) return { painted: map(opacity, (value) => (value < 0.5 ? 1 : 0)), notes: [...notes, HOLE] };
	const luma = await decodeMask(bytes, width, height, placed); // [1, H, W]
	return { painted: map(luma, (value) => (value >= WHITE_FROM ? 1 : 0)), notes };
}

const NO_PIXEL = 'The region contains no pixel of the picture; make it larger.';

const NO_PIXEL_IN_THE_MIDDLE =
	'The region contains no pixel of the middle square of the picture, which is all that the size model uses when it crops; move it there, make it larger, or choose the fit squash or pad, or the size picture.';

const NO_AREA =
	'Say what should be redrawn: by a mask (a picture that is white there), by a region (x,y,w,h as fractions of the picture), or by a picture that is transparent there.';

/**
 * @param region x, y, width and height as fractions of the whole picture, before it is fitted
 * @param size of the result
 * @returns [1, height, width]: 1 where the middle of a pixel is in the region
 */
export function regionMask(
	[x, y, w, h]: readonly [number, number, number, number],
	picture: Size,
	size: Size,
	fit: Fit = 'crop',
): Tensor {
	const { width, height } = size;
	const { across, down } = linesOf(picture, size, fit);
	/** Whether the middle of each pixel along a side is in an extent of the picture, given in fractions. */
	const inside = (line: Line, from: number, extent: number) =>
		Array.from({ length: line.size }, (_, i) => {
			const at = middleOf(line, i) / line.length;
			return isInside(line, i) && at >= from && at < from + extent;
		});
	const columns = inside(across, x, w);
	const rows = inside(down, y, h);
	const data = Float32Array.from({ length: height * width }, (_, i) =>
		columns[i % width] && rows[Math.floor(i / width)] ? 1 : 0,
	);
	return tensor(data, [1, height, width]);
}

/** A mask with other proportions would be fitted differently from its picture and miss what it was painted over. */
function haveSameProportions(mask: Size, picture: Size): boolean {
	const scale = picture.width / mask.width;
	// Both may have been resized, which rounds each to whole pixels.
	return Math.abs(mask.height * scale - picture.height) <= 1 + scale;
}

/** @param shown [1, H, W]: 1 where the picture is, some of which has to stay */
function assertBoth(
	read: ReadMask,
	{ data: shown }: Tensor,
	complaints: { readonly nothing: string; readonly everything: string },
): ReadMask {
	const { data } = read.mask;
	if (!data.includes(1)) throw new UserError(complaints.nothing);
	if (!data.some((made, i) => made === 0 && shown[i] === 1)) throw new UserError(complaints.everything);
	return read;
}
