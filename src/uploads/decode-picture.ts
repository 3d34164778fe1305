/** Decodes the pictures that people send. Only readers do this: libvips may use a lot of memory, or have a vulnerability. */
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { UserError } from '../../gpu/jobs/index.ts';
import { pictureFormat, unreadablePicture } from './picture-formats.ts';
import { levelsInSrgb, pngGamma } from './png-gamma.ts';
import type { ReadPicture } from './reader-protocol.ts';

/** A 50-megapixel camera. The header of a larger picture is enough to refuse it, before anything is decoded. */
const MAX_PIXELS = 50_000_000;

/** Decoders hold several whole rows at a time, so a picture of one long row would take gigabytes. */
const MAX_SIDE = 32_768;

/** The full size of an inpainted picture: more than most screens show, and as a PNG still small enough for chats. */
const STORED_SIDE = 2048;

/** libvips's names for its PNG, JPEG, WebP, GIF and AVIF loaders; all others are blocked. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
// Each picture is decoded only once, and two readers keep the machine busy enough.
sharp.cache(false);
sharp.concurrency(1);

/** How many frames of an animation are searched for one that is not blank. */
const FRAMES_LOOKED_AT = 10;

/**
 * @returns a PNG turned upright by its EXIF orientation, at most STORED_SIDE pixels a side, converted to sRGB by its gamma,
 *   with its transparency; for an animation, the first frame that is not all one colour
 * @throws {UserError} when the file is damaged, too large, or not a picture
 */
export async function decodePicture(bytes: Uint8Array, label: string): Promise<ReadPicture> {
	const about = await header(bytes, label);
	const { width, height } = about;
	const refused = (limit: string) =>
		new UserError(`${label} has ${width} × ${height} pixels; send one of at most ${limit}.`);
	if (Math.max(width, height) > MAX_SIDE) throw refused(`${MAX_SIDE} pixels a side`);
	if (width * height > MAX_PIXELS) throw refused(`${MAX_PIXELS / 1e6} megapixels`);
	try {
		return await decoded(bytes, label, about);
	} catch (cause) {
		const ended = await withEnd(bytes);
		if (ended) return decoded(ended, label, about);
		throw new UserError(`${label} is damaged and cannot be read to the end; save it again as PNG or JPEG.`, { cause });
	}
}

async function decoded(bytes: Uint8Array, label: string, about: Metadata): Promise<ReadPicture> {
	const { pages = 1, depth, autoOrient: sent } = about;
	const page = pages > 1 ? await firstWithContent(bytes, pages) : 0;
	const upright = open(bytes, { page })
		.rotate()
		.resize(STORED_SIDE, STORED_SIDE, { fit: 'inside', withoutEnlargement: true });
	const gamma = pngGamma(bytes);
	const picture = gamma ? await inSrgb(upright, gamma, depth === 'ushort') : upright.toColourspace('srgb');
	return {
		bytes: await picture.png().toBuffer(),
		...(pages > 1 && { note: describeFrame(label, page) }),
		...(Math.max(sent.width, sent.height) > STORED_SIDE && { sentSize: sent }),
	};
}

const open = (bytes: Uint8Array, options: SharpOptions = {}) =>
	sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, ...options });

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/** Completes a JPEG that lacks only its end marker, as some cameras and editors write them; undefined for anything else. */
async function withEnd(bytes: Uint8Array): Promise<Uint8Array | undefined> {
	if (pictureFormat(bytes)?.title !== 'JPEG' || END_OF_JPEG.equals(bytes.subarray(-2))) return undefined;
	const ended = Buffer.concat([bytes, END_OF_JPEG]);
	// With the end marker in place, libvips reports other missing data only as a warning.
	const isWhole = await open(ended, { failOn: 'warning' })
		.stats()
		.then(
			() => true,
			() => false,
		);
	return isWhole ? ended : undefined;
}

/** Index of the first frame that is not all one colour; 0 if none of the frames searched is. */
async function firstWithContent(bytes: Uint8Array, pages: number): Promise<number> {
	for (let page = 0; page < Math.min(pages, FRAMES_LOOKED_AT); page++) {
		const { channels } = await open(bytes, { page }).stats();
		if (channels.some(({ min, max }) => min !== max)) return page;
	}
	return 0;
}

/** @param page the frame's index */
function describeFrame(label: string, page: number): string {
	if (page === 0) return `${label} is animated; its first frame was used.`;
	return `${label} is animated; frame ${page + 1} was used, the first that is not blank.`;
}

/** @param deep whether the picture has 16 bits per channel */
async function inSrgb(picture: Sharp, gamma: number, deep: boolean): Promise<Sharp> {
	const { data, info } = await picture
		.toColourspace(deep ? 'rgb16' : 'srgb')
		.raw({ depth: deep ? 'ushort' : 'uchar' })
		.toBuffer({ resolveWithObject: true });
	const { width, height, channels } = info;
	const levels = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
	const srgb = levelsInSrgb(gamma, deep ? 2 ** 16 : 2 ** 8);
	const isAlpha = (i: number) => channels % 2 === 0 && i % channels === channels - 1;
	const mapped = Uint8Array.from(levels, (level, i) => (isAlpha(i) ? (deep ? level >> 8 : level) : srgb[level]));
	return sharp(mapped, { raw: { width, height, channels } });
}

async function header(bytes: Uint8Array, label: string) {
	try {
		return await sharp(bytes, { limitInputPixels: false }).metadata();
	} catch {
		throw new UserError(unreadablePicture(label));
	}
}
