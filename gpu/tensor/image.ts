/** Converts pictures between bytes and tensors. */
import type { Sharp } from 'sharp';
import { UserError } from '../errors.ts';
import { borderColour, bordered } from './border.ts';
import { LEVELS, pixelsOf, resized } from './cubic.ts';
import { type Fit, linesOf, type Size } from './fit.ts';
import { toPixels, valueAt } from './levels.ts';
import { sharp } from './sharp.ts';
import { map, type Tensor, tensor } from './tensor.ts';

/** The channels of an opaque RGB picture, which is what networks see. */
const CHANNELS = 3;

/** libvips first shrinks a picture that is to be cropped to this many times the result's size: fast, and exact enough. */
const ENOUGH = 4;

/**
 * Reads a picture of any size in any format that sharp supports (PNG, JPEG, WebP, GIF, AVIF, ...; the first frame of an
 * animation), rotates it according to its EXIF orientation, puts white behind transparent parts, and fits it to `width` x
 * `height`; a square if the height is absent. A border takes the colour of the picture's edges.
 *
 * Returns [3, height, width] in [-1, 1]. With `squash` it matches what Pillow's `resize((width, height))` makes of an RGB
 * picture, level for level. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeImage(
	bytes: Uint8Array,
	width: number,
	height = width,
	fit: Fit = 'crop',
): Promise<Tensor> {
	const levels = await readFitted(bytes, { width, height }, fit, (picture) =>
		picture.flatten({ background: 'white' }).toColourspace('srgb'),
	);
	return map(levels, valueAt);
}

/**
 * Reads a picture, upright, at another size.
 *
 * @param take chooses the channels
 * @param border a level for each of them; absent: the median of the picture's edges
 * @returns [C, H, W], levels in [0, 255]
 */
export async function readFitted(
	bytes: Uint8Array,
	size: Size,
	fit: Fit,
	take: (picture: Sharp) => Sharp,
	border?: readonly number[],
): Promise<Tensor> {
	const { width, height } = size;
	const shrunk = (picture: Sharp) =>
		picture.resize(ENOUGH * width, ENOUGH * height, { fit: 'outside', withoutEnlargement: true });
	const levels = await readLevels(bytes, (picture) => take(fit === 'crop' ? shrunk(picture) : picture));
	const lines = linesOf(pixelsOf(levels), size, fit);
	if (fit === 'squash') return resized(levels, lines, LEVELS);
	const part = map(resized(levels, lines), (level) => Math.min(Math.max(level, 0), 255)); // a cubic overshoots
	return fit === 'pad' ? bordered(part, lines, border ?? borderColour(levels)) : part;
}

/** The whole picture, upright, its sides at most `side` pixels: red, green, blue and opacity, [4, H, W] in [0, 255]. */
export function readWhole(bytes: Uint8Array, side: number): Promise<Tensor> {
	return readLevels(bytes, (picture) =>
		picture.resize(side, side, { fit: 'inside', withoutEnlargement: true }).toColourspace('srgb').ensureAlpha(),
	);
}

/** The whole picture, upright: [C, H, W], levels in [0, 255]. */
async function readLevels(bytes: Uint8Array, take: (picture: Sharp) => Sharp): Promise<Tensor> {
	const { data, info } = await decoded(bytes, take);
	const { width, height, channels } = info;
	const area = width * height;
	const levels = new Float32Array(channels * area);
	for (let channel = 0; channel < channels; channel++) {
		for (let i = 0; i < area; i++) levels[channel * area + i] = data[i * channels + channel];
	}
	return tensor(levels, [channels, height, width]);
}

async function decoded(bytes: Uint8Array, take: (picture: Sharp) => Sharp) {
	try {
		return await take(sharp(bytes, { failOn: 'error' }).autoOrient())
			.raw()
			.toBuffer({ resolveWithObject: true });
	} catch (cause) {
		throw unreadable(cause);
	}
}

/** Width and height in pixels, upright. Throws a UserError when the bytes are not a readable picture. */
export async function measureImage(bytes: Uint8Array): Promise<Size> {
	try {
		return (await sharp(bytes).metadata()).autoOrient;
	} catch (cause) {
		throw unreadable(cause);
	}
}

/** Whether no part of a picture is transparent. Throws a UserError when the bytes are not a picture. */
export async function isOpaque(bytes: Uint8Array): Promise<boolean> {
	try {
		const image = sharp(bytes);
		return !(await image.metadata()).hasAlpha || (await image.stats()).isOpaque;
	} catch (cause) {
		throw unreadable(cause);
	}
}

const unreadable = (cause: unknown) =>
	new UserError('The picture could not be read; send a PNG, JPEG, WebP, GIF or AVIF that opens in a viewer.', {
		cause,
	});

/**
 * Writes [3, H, W] as an 8-bit RGB PNG without metadata: the same tensor gives the same bytes. -1 is black and 1 is white;
 * values beyond are clamped.
 *
 * @param maxSide in pixels; larger pictures are shrunk to it
 */
export async function encodePng(picture: Tensor, maxSide = Number.POSITIVE_INFINITY): Promise<Buffer> {
	const { shape } = picture;
	const [channels, height, width] = shape;
	if (shape.length !== 3 || channels !== CHANNELS) {
		throw new RangeError(`encodePng: expected shape [${CHANNELS}, H, W], got [${shape}]`);
	}
	const image = sharp(toPixels(picture), { raw: { width, height, channels: CHANNELS } });
	if (Math.max(width, height) > maxSide) image.resize(maxSide, maxSide, { fit: 'inside' });
	return image.png({ compressionLevel: 9 }).toBuffer();
}
