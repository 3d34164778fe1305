/** Decodes the pictures that people send. Only readers do: libvips may take much memory, or have a hole. */
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { UserError } from '../../gpu/jobs/index.ts';
import { pictureFormat, unreadablePicture } from './picture-formats.ts';
import { levelsInSrgb, pngGamma } from './png-gamma.ts';
import type { ReadPicture } from './reader-protocol.ts';

/** A 50-megapixel camera. A picture of more pixels is refused by its header, before anything is decoded. */
const MAX_PIXELS = 50_000_000;

/** Decoders hold whole rows, several at a time: a picture of one long row takes gigabytes. */
const MAX_SIDE = 32_768;

/** What an inpainting gives back at full size: more than most screens show, and as a PNG still a file that chats take. */
const STORED_SIDE = 2048;

/** What libvips calls the loaders of PNG, JPEG, WebP, GIF and AVIF: no other is let near a file. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
// Each picture comes once, and two readers are enough for the machine.
sharp.cache(false);
sharp.concurrency(1);

/** Frames of an animation that are looked at for one that shows something. */
const FRAMES_LOOKED_AT = 10;

/**
 * @returns a PNG, upright by its EXIF orientation, at most STORED_SIDE pixels a side, in sRGB by its gamma, transparency kept;
 *   of an animation the first frame that is not all of one colour
 * @throws {UserError} when the file is damaged, too large, or no picture
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
		throw new UserError(`${label} is damaged and cannot be read to its end; save it again as PNG or JPEG.`, { cause });
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

/** A JPEG that lacks nothing but its end marker, as some cameras and editors leave it, with one; undefined for anything else. */
async function withEnd(bytes: Uint8Array): Promise<Uint8Array | undefined> {
	if (pictureFormat(bytes)?.title !== 'JPEG' || END_OF_JPEG.equals(bytes.subarray(-2))) return undefined;
	const ended = Buffer.concat([bytes, END_OF_JPEG]);
	// Where more is missing, only a warning says so once there is an end.
	const isWhole = await open(ended, { failOn: 'warning' })
		.stats()
		.then(
			() => true,
			() => false,
		);
	return isWhole ? ended : undefined;
}

/** Index of the first frame that is not all of one colour; 0 where there is none among the first ones. */
async function firstWithContent(bytes: Uint8Array, pages: number): Promise<number> {
	for (let page = 0; page < Math.min(pages, FRAMES_LOOKED_AT); page++) {
		const { channels } = await open(bytes, { page }).stats();
		if (channels.some(({ min, max }) => min !== max)) return page;
	}
	return 0;
}

/** @param page its index */
function describeFrame(label: string, page: number): string {
	if (page === 0) return `${label} is animated: its first frame was taken.`;
	return `${label} is animated: frame ${page + 1} was taken, the first that is not blank.`;
}

/** @param deep whether it has levels of 16 bits */
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
