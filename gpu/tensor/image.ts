/** Pictures between bytes and tensors. */
import sharp, { type Sharp } from 'sharp';
import { UserError } from '../errors.ts';
import { levelOf } from './level.ts';
import { middlePart, type Size } from './middle-part.ts';
import { map, type Tensor, tensor } from './tensor.ts';

/** An opaque RGB picture: what networks see. */
const CHANNELS = 3;

/** A picture of so many times the pixels that are needed is shrunk by libvips first, which is fast, and exact enough there. */
const ENOUGH = 4;

/**
 * Reads a picture of any size and of any format that sharp knows (PNG, JPEG, WebP, GIF, AVIF, ...; the first frame of an
 * animation), turns it as its EXIF orientation says, lays it on white where it is transparent, and takes its middle part at
 * `width` x `height`; a square if the height is absent.
 *
 * Returns [3, height, width] in [-1, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeImage(bytes: Uint8Array, width: number, height = width): Promise<Tensor> {
	const levels = await readMiddle(bytes, { width, height }, (picture) =>
		picture.flatten({ background: 'white' }).toColourspace('srgb'),
	);
	return map(levels, (level) => level / 127.5 - 1);
}

/**
 * The middle part of a picture, upright, at another size.
 *
 * @param take chooses the channels
 * @returns [C, H, W], levels in [0, 255]
 */
export async function readMiddle(
	bytes: Uint8Array,
	{ width, height }: Size,
	take: (picture: Sharp) => Sharp,
): Promise<Tensor> {
	const levels = await readLevels(bytes, (picture) =>
		take(picture.resize(ENOUGH * width, ENOUGH * height, { fit: 'outside', withoutEnlargement: true })),
	);
	return map(middlePart(levels, width, height), (level) => Math.min(Math.max(level, 0), 255)); // a cubic overshoots
}

/** All of a picture, upright, at most `side` pixels a side: red, green, blue and opacity, [4, H, W], levels in [0, 255]. */
export function readWhole(bytes: Uint8Array, side: number): Promise<Tensor> {
	return readLevels(bytes, (picture) =>
		picture.resize(side, side, { fit: 'inside', withoutEnlargement: true }).toColourspace('srgb').ensureAlpha(),
	);
}

/** All of a picture, upright: [C, H, W], levels in [0, 255]. */
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

/** Whether nothing of a picture can be seen through. Throws a UserError when the bytes are not a readable picture. */
export async function isOpaque(bytes: Uint8Array): Promise<boolean> {
	try {
		return (await sharp(bytes).stats()).isOpaque;
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
 * what lies beyond is clamped.
 *
 * @param maxSide in pixels: a larger picture is shrunk to it
 */
export async function encodePng({ data, shape }: Tensor, maxSide = Number.POSITIVE_INFINITY): Promise<Buffer> {
	const [channels, height, width] = shape;
	if (shape.length !== 3 || channels !== CHANNELS) {
		throw new RangeError(`encodePng: expected shape [${CHANNELS}, H, W], got [${shape}]`);
	}
	const area = height * width;
	const pixels = new Uint8ClampedArray(area * CHANNELS);
	for (let channel = 0; channel < CHANNELS; channel++) {
		for (let i = 0; i < area; i++) {
			pixels[i * CHANNELS + channel] = levelOf(data[channel * area + i]);
		}
	}
	const picture = sharp(pixels, { raw: { width, height, channels: CHANNELS } });
	if (Math.max(width, height) > maxSide) picture.resize(maxSide, maxSide, { fit: 'inside' });
	return picture.png({ compressionLevel: 9 }).toBuffer();
}
