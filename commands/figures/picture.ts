/** Single pictures at chat size. */
import sharp from 'sharp';
import type { JobImage } from '../../gpu/jobs.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { View } from '../../gpu/views/view.ts';
import type { Figure } from '../command.ts';
import { shorten } from '../shorten.ts';

/** Chat programs show 64 pixels as a stamp; 256 is the smallest side that reads well. */
const CHAT_SIDE = 256;

/**
 * A job's picture, enlarged by a whole factor without smoothing, so that every pixel of the model stays visible.
 * The PNG carries no time and no other metadata: same picture, same bytes.
 *
 * @param view how to look at it; upright if absent
 */
export async function picture(
	blobs: BlobStore,
	image: Pick<JobImage, 'blob' | 'width' | 'height'>,
	{ filename, alt, view }: { filename: string; alt: string; view?: View },
): Promise<Figure> {
	const { width, height } = image;
	const factor = Math.max(1, Math.floor(CHAT_SIDE / Math.max(width, height)));
	const pixels = await readPixels(blobs, image, view);
	const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
		.resize(width * factor, height * factor, { kernel: 'nearest' })
		.png()
		.toBuffer();
	return { bytes, type: 'image/png', width: width * factor, height: height * factor, alt, filename };
}

/** The picture behind the reference as interleaved RGB bytes, seen through `view` if there is one. */
export async function readPixels(
	blobs: BlobStore,
	{ blob, width, height }: Pick<JobImage, 'blob' | 'width' | 'height'>,
	view?: View,
): Promise<Uint8Array> {
	const pixels = await sharp(await blobs.get(blob))
		.toColourspace('srgb')
		.removeAlpha()
		.raw()
		.toBuffer();
	return view ? lookThrough(view, pixels, width, height) : pixels;
}

/** Interleaved RGB bytes in, the same out; views work on planes of values in -1..1. */
function lookThrough(view: View, pixels: Uint8Array, width: number, height: number): Uint8Array {
	const plane = width * height;
	const data = new Float32Array(3 * plane); // [3, H, W]
	for (let i = 0; i < 3 * plane; i++) data[(i % 3) * plane + Math.floor(i / 3)] = pixels[i] / 127.5 - 1;
	const seen = view.apply({ data, shape: [3, height, width] }).data;
	return Uint8Array.from(pixels, (_, i) => Math.round((seen[(i % 3) * plane + Math.floor(i / 3)] + 1) * 127.5));
}

/** Alt text is cut where Discord cuts it, which is the strictest surface. */
const MAX_ALT_CHARACTERS = 1024;

/** Joins the parts of an alt text into sentences within the limit. */
export function altText(...parts: readonly string[]): string {
	return shorten(parts.filter((part) => part !== '').join('. '), MAX_ALT_CHARACTERS);
}
