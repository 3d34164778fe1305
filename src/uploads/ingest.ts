/** Takes pictures in: checks the bytes, turns them upright, and stores them as PNG for the jobs that use them. */
import sharp from 'sharp';
import type { Upload } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { FULL_DISK, isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';

/** What platforms take by default; a phone's photo fits. */
export const MAX_UPLOAD_BYTES = 10 * 2 ** 20;

/** A 50-megapixel camera. A picture of more pixels is refused by its header, before anything is decoded. */
const MAX_PIXELS = 50_000_000;

/** Four times the side of the largest pictures that models work on, stage II's: that keeps every crop sharp. */
const STORED_SIDE = 1024;

/** By the file's content; its name says nothing. `heif` is how libvips calls the container of AVIF. */
const FORMATS = new Set(['png', 'jpeg', 'webp', 'gif', 'heif']);

/**
 * @param bytes the file as uploaded
 * @param name the file's name, for messages and alt text
 * @returns a reference to the stored picture: PNG, upright by its EXIF orientation, at most STORED_SIDE pixels a side,
 *   transparency kept; the first frame of an animation
 * @throws {UserError} when the file is too large, damaged, or no PNG, JPEG, WebP, GIF or AVIF picture
 */
export async function ingest(blobs: BlobStore, bytes: Uint8Array, name: string): Promise<Upload> {
	const label = shorten(name, 80) || 'the upload';
	if (bytes.length === 0) throw new UserError(`${label} is empty; send a PNG, JPEG, WebP, GIF or AVIF picture.`);
	if (bytes.length > MAX_UPLOAD_BYTES) {
		const size = (bytes.length / 2 ** 20).toFixed(1);
		throw new UserError(`${label} has ${size} MiB; pictures may have at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB.`);
	}
	const { format, width, height } = await header(bytes, label);
	if (!FORMATS.has(format)) {
		throw new UserError(`${label} is ${format.toUpperCase()}; send a PNG, JPEG, WebP, GIF or AVIF picture.`);
	}
	if (width * height > MAX_PIXELS) {
		const limit = `${MAX_PIXELS / 1e6} megapixels`;
		throw new UserError(`${label} has ${width} × ${height} pixels; send one of at most ${limit}.`);
	}
	try {
		const png = await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS })
			.rotate()
			.resize(STORED_SIDE, STORED_SIDE, { fit: 'inside', withoutEnlargement: true })
			.toColourspace('srgb')
			.png()
			.toBuffer();
		return { blob: await blobs.put(png), name: label };
	} catch (error) {
		if (isFullDisk(error)) throw new UserError(FULL_DISK);
		throw new UserError(`${label} is damaged and cannot be read to its end; save it again as PNG or JPEG.`);
	}
}

async function header(bytes: Uint8Array, label: string) {
	try {
		return await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch {
		throw new UserError(`${label} is not a picture that can be read; send a PNG, JPEG, WebP, GIF or AVIF picture.`);
	}
}
