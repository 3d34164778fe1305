/** Decodes the pictures that people send. Only readers do: libvips may take much memory, or have a hole. */
import sharp from 'sharp';
import { UserError } from '../../gpu/jobs/index.ts';
import { unreadablePicture } from './picture-formats.ts';

/** A 50-megapixel camera. A picture of more pixels is refused by its header, before anything is decoded. */
const MAX_PIXELS = 50_000_000;

/** Decoders hold whole rows, several at a time: a picture of one long row takes gigabytes. */
const MAX_SIDE = 32_768;

/** Four times the side of the largest pictures that models work on, stage II's: that keeps every crop sharp. */
const STORED_SIDE = 1024;

/** What libvips calls the loaders of PNG, JPEG, WebP, GIF and AVIF: no other is let near a file. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
// Each picture comes once, and two readers are enough for the machine.
sharp.cache(false);
sharp.concurrency(1);

/**
 * @returns a PNG, upright by its EXIF orientation, at most STORED_SIDE pixels a side, transparency kept; the first frame of an
 *   animation
 * @throws {UserError} when the file is damaged, too large, or no picture
 */
export async function decodePicture(bytes: Uint8Array, label: string): Promise<Uint8Array> {
	const { width, height } = await header(bytes, label);
	const refused = (limit: string) =>
		new UserError(`${label} has ${width} × ${height} pixels; send one of at most ${limit}.`);
	if (Math.max(width, height) > MAX_SIDE) throw refused(`${MAX_SIDE} pixels a side`);
	if (width * height > MAX_PIXELS) throw refused(`${MAX_PIXELS / 1e6} megapixels`);
	try {
		return await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS })
			.rotate()
			.resize(STORED_SIDE, STORED_SIDE, { fit: 'inside', withoutEnlargement: true })
			.toColourspace('srgb')
			.png()
			.toBuffer();
	} catch (cause) {
		throw new UserError(`${label} is damaged and cannot be read to its end; save it again as PNG or JPEG.`, { cause });
	}
}

async function header(bytes: Uint8Array, label: string) {
	try {
		return await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch {
		throw unreadablePicture(label);
	}
}
