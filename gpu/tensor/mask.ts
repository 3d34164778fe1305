/** Masks: one channel in 0..1, read from pictures and applied to them. */
import type { Sharp } from 'sharp';
import { isOnBorder } from './border.ts';
import type { Fit } from './fit.ts';
import { readFitted } from './image.ts';
import { assertSameShape, map, type Tensor, tensor } from './tensor.ts';

/** The weights of red, green and blue in ITU-R BT.601 luma, which Pillow, and so diffusers, uses to turn pictures grey. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The luma of a picture's stored levels, fitted as in decodeImage, so that a mask covers its picture just where it was drawn.
 * Transparent parts and a border are black: nothing was painted there.
 *
 * Returns [1, height, width] in [0, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeMask(bytes: Uint8Array, width: number, height = width, fit: Fit = 'crop'): Promise<Tensor> {
	const onBlack = (picture: Sharp) => picture.flatten({ background: 'black' }).toColourspace('srgb');
	const { data } = await readFitted(bytes, { width, height }, fit, onBlack, [0, 0, 0]); // [3, H, W]
	const area = height * width;
	const luma = Float32Array.from({ length: area }, (_, i) =>
		fraction(LUMA.reduce((sum, weight, channel) => sum + weight * data[channel * area + i], 0)),
	);
	return tensor(luma, [1, height, width]);
}

/**
 * How opaque a picture is, fitted as in decodeImage; 1 in a border, and everywhere if it has no alpha channel.
 *
 * Returns [1, height, width] in [0, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeOpacity(
	bytes: Uint8Array,
	width: number,
	height = width,
	fit: Fit = 'crop',
): Promise<Tensor> {
	const alpha = (picture: Sharp) => picture.ensureAlpha().extractChannel('alpha');
	const levels = await readFitted(bytes, { width, height }, fit, alpha, [255]);
	return map(levels, fraction);
}

const fraction = (level: number) => level / 255;

/** Whether a hole was cut in a picture, rather than something painted on a transparent one: most of its border is opaque. */
export function hasHole({ data, shape: [, height, width] }: Tensor): boolean {
	const border = data.filter((_, i) => isOnBorder(i, { width, height }));
	const opaque = border.filter((opacity) => opacity >= 0.5).length;
	return data.some((opacity) => opacity < 0.5) && opaque > border.length / 2;
}

/**
 * mask · inside + (1 − mask) · outside.
 *
 * @param mask [1, H, W] in 0..1
 * @param inside [C, H, W]
 * @param outside [C, H, W]; comes through unchanged where the mask is 0
 */
export function blend(mask: Tensor, inside: Tensor, outside: Tensor): Tensor {
	assertSameShape(inside, outside, 'blend');
	const area = mask.data.length;
	return map(inside, (value, i) => {
		const share = mask.data[i % area];
		return share === 0 ? outside.data[i] : share * value + (1 - share) * outside.data[i];
	});
}
