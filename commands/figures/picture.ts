/** Single pictures at chat size. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Look } from '../../gpu/views/view.ts';
import type { Figure } from '../lib/command.ts';
import { MAX_ALT_CHARACTERS } from '../lib/message-limits.ts';
import { shorten } from '../lib/shorten.ts';
import { readRaster, type StoredImage } from './raster.ts';
import { sharp } from './sharp.ts';

/** Chat programs show 64 pixels as a stamp; 256 is the smallest side that reads well. */
const CHAT_SIDE = 256;

/**
 * A job's picture, enlarged by a whole factor without smoothing, so that every pixel of the model stays visible; a large
 * one is left as it is stored. The PNG carries no time or other metadata, until the desk adds its imprint: same
 * picture, same bytes.
 *
 * @param view how to look at it; upright if absent
 */
export async function picture(
	blobs: BlobStore,
	image: StoredImage,
	{ filename, alt, view }: { filename: string; alt: string; view?: Look },
): Promise<Figure> {
	const { width, height, seed } = image;
	const factor = Math.max(1, Math.floor(CHAT_SIDE / Math.max(width, height)));
	const bytes = factor === 1 && !view ? await blobs.get(image.blob) : await drawn();
	const source = view ? undefined : image.blob;
	return { bytes, type: 'image/png', width: width * factor, height: height * factor, alt, filename, source, seed };

	async function drawn() {
		const { pixels } = await readRaster(blobs, image, view?.apply);
		return sharp(pixels, { raw: { width, height, channels: 3 } })
			.resize(width * factor, height * factor, { kernel: 'nearest' })
			.png()
			.toBuffer();
	}
}

/** Joins the parts of an alt text into sentences within the limit; a part may already be a whole sentence. */
export function altText(...parts: readonly string[]): string {
	const told = parts.filter((part) => part !== '');
	const text = told.map((part, i) => (i < told.length - 1 && !/[.!?]$/.test(part) ? `${part}.` : part)).join(' ');
	return shorten(text, MAX_ALT_CHARACTERS);
}
