/** Pictures that people send, as the jobs take them. */
import sharp from 'sharp';
import { isFullDisk, UserError } from '../../gpu/jobs/index.ts';

export const WANTED_PICTURE = 'a PNG, JPEG, WebP, GIF or AVIF picture';

/** A 50-megapixel camera. A picture of more pixels is refused by its header, before anything is decoded. */
const MAX_PIXELS = 50_000_000;

/** Four times the side of the largest pictures that models work on, stage II's: that keeps every crop sharp. */
const STORED_SIDE = 1024;

/** By the file's content; its name says nothing. `heif` is how libvips calls the container of AVIF. */
const FORMATS = new Set(['png', 'jpeg', 'webp', 'gif', 'heif']);

/**
 * @returns a PNG, upright by its EXIF orientation, at most STORED_SIDE pixels a side, transparency kept; the first frame of an
 *   animation
 * @throws {UserError} when the file is damaged, or no PNG, JPEG, WebP, GIF or AVIF picture
 */
export async function uprightPng(bytes: Uint8Array, label: string): Promise<Uint8Array> {
	const { format, width, height } = await header(bytes, label);
	if (!FORMATS.has(format)) throw new UserError(`${label} is ${format.toUpperCase()}; send ${WANTED_PICTURE}.`);
	if (width * height > MAX_PIXELS) {
		const limit = `${MAX_PIXELS / 1e6} megapixels`;
		throw new UserError(`${label} has ${width} × ${height} pixels; send one of at most ${limit}.`);
	}
	try {
		return await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS })
			.rotate()
			.resize(STORED_SIDE, STORED_SIDE, { fit: 'inside', withoutEnlargement: true })
			.toColourspace('srgb')
			.png()
			.toBuffer();
	} catch (error) {
		if (isFullDisk(error)) throw error;
		throw new UserError(`${label} is damaged and cannot be read to its end; save it again as PNG or JPEG.`);
	}
}

async function header(bytes: Uint8Array, label: string) {
	try {
		return await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch {
		throw new UserError(`${label} is not a picture that can be read; send ${WANTED_PICTURE}.`);
	}
}
