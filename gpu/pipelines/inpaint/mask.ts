/** What an inpainting makes anew, as a mask over its picture: 1 = anew, 0 = kept. */
import { UserError } from '../../errors.ts';
import type { JobOf } from '../../jobs/index.ts';
import { measureImage } from '../../tensor/image.ts';
import { decodeMask, decodeOpacity, hasHole } from '../../tensor/mask.ts';
import { middleOf, middleScale, type Size } from '../../tensor/middle-part.ts';
import { map, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { PipelineContext } from '../pipeline.ts';

/** Half grey, where diffusers divides too. */
const WHITE_FROM = 0.5;

/** A pixel counts as known when next to nothing of the white under a transparent picture has come into it. */
const OPAQUE_FROM = 0.99;

/** [1, H, W], every value 0 or 1, at least one of each; and a sentence where a mask was not read by its brightness. */
export interface ReadMask {
	readonly mask: Tensor;
	readonly notes: readonly string[];
}

/**
 * @param size of the mask: that of its picture, or of the part in the middle that is looked at
 * @throws {UserError} when there would be nothing to make or nothing to keep, and when a mask has not the shape of its picture
 */
export async function readMask(
	{ image, area, whole }: Pick<JobOf<'inpaint'>, 'image' | 'area' | 'whole'>,
	size: Size,
	{ loadBytes }: Pick<PipelineContext, 'loadBytes'>,
): Promise<ReadMask> {
	const { width, height } = size;
	const picture = await loadBytes(image);
	switch (area.by) {
		case 'mask': {
			const bytes = await loadBytes(area.mask);
			await assertSameProportions(bytes, picture);
			const opacity = await decodeOpacity(bytes, width, height); // [1, H, W]
			if (hasHole(opacity)) {
				const hole = map(opacity, (value) => (value < 0.5 ? 1 : 0));
				return {
					mask: hole,
					notes: ['The mask has a transparent hole: that was made anew, whatever colours are around it.'],
				};
			}
			const mask = map(await decodeMask(bytes, width, height), (value) => (value >= WHITE_FROM ? 1 : 0));
			return assertBoth(mask, {
				nothing: 'The mask is black everywhere, so nothing would be made anew; paint white what shall change.',
				everything: 'The mask is white everywhere, so nothing of the picture would stay; paint black what shall stay.',
			});
		}
		case 'region':
			return assertBoth(regionMask(area.region, await measureImage(picture), size), {
				nothing: whole ? NO_PIXEL : NO_PIXEL_IN_THE_MIDDLE,
				everything: 'The region covers the whole picture, so nothing of it would stay; give a smaller one.',
			});
		case 'transparency': {
			const mask = map(await decodeOpacity(picture, width, height), (opacity) => (opacity < OPAQUE_FROM ? 1 : 0));
			return assertBoth(mask, {
				nothing: NO_AREA,
				everything: 'The picture is transparent everywhere, so there is nothing to keep; send one with opaque parts.',
			});
		}
	}
}

const NO_PIXEL = 'The region has no pixel of the picture; make it larger.';

const NO_PIXEL_IN_THE_MIDDLE =
	'The region has no pixel of the middle square of the picture, which is all that the size model takes; move it there, make it larger, or take the size picture.';

const NO_AREA =
	'Say what shall be made anew: by a mask (a picture that is white there), by a region (x,y,w,h as fractions of the picture), or by a picture that is transparent there.';

/**
 * @param region x, y, width and height as fractions of the whole picture, before it is cropped
 * @param part size of the result, which is the middle part of the picture that has its proportions
 * @returns [1, height, width]: 1 where the middle of a pixel lies in the region
 */
export function regionMask([x, y, w, h]: readonly [number, number, number, number], picture: Size, part: Size): Tensor {
	const { width, height } = part;
	const scale = middleScale(picture, part);
	/** Whether the middle of each of `length` pixels along an edge of the picture lies in an extent of it, in fractions. */
	const inside = (edge: number, length: number, from: number, extent: number) =>
		Array.from({ length }, (_, i) => {
			const at = middleOf(i, edge, length, scale) / edge;
			return at >= from && at < from + extent;
		});
	const columns = inside(picture.width, width, x, w);
	const rows = inside(picture.height, height, y, h);
	const data = Float32Array.from({ length: height * width }, (_, i) =>
		columns[i % width] && rows[Math.floor(i / width)] ? 1 : 0,
	);
	return tensor(data, [1, height, width]);
}

/** A mask of another shape would be cropped otherwise than its picture, and lie beside what it was painted over. */
async function assertSameProportions(mask: Uint8Array, picture: Uint8Array): Promise<void> {
	const [m, p] = await Promise.all([measureImage(mask), measureImage(picture)]);
	const scale = p.width / m.width;
	// Both may have been resized, which rounds each to whole pixels.
	if (Math.abs(m.height * scale - p.height) <= 1 + scale) return;
	throw new UserError(
		`The mask has ${m.width} × ${m.height} pixels and the picture ${p.width} × ${p.height}: a mask must have the proportions of its picture.`,
	);
}

function assertBoth(mask: Tensor, complaints: { readonly nothing: string; readonly everything: string }): ReadMask {
	if (!mask.data.includes(1)) throw new UserError(complaints.nothing);
	if (!mask.data.includes(0)) throw new UserError(complaints.everything);
	return { mask, notes: [] };
}
