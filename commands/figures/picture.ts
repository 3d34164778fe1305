/** Single pictures at chat size. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Look } from '../../gpu/views/view.ts';
import type { Counterpart, Figure } from '../lib/command.ts';
import { MAX_ALT_CHARACTERS } from '../lib/message-limits.ts';
import { shorten } from '../lib/shorten.ts';
import { readRaster, type StoredImage } from './raster.ts';

/** Chat programs show 64 pixels as a stamp; 256 is the smallest side that reads well. */
const CHAT_SIDE = 256;

/** A picture to hold another one against; see Counterpart. */
export interface Against {
	readonly image: StoredImage;
	/** How to look at it; upright if absent. */
	readonly view?: Look;
	readonly labels: readonly [figure: string, counterpart: string];
	readonly turned?: true;
}

/**
 * A job's picture, enlarged by a whole factor without smoothing, so that every pixel of the model stays visible; a large
 * one is left as it is stored. The PNG carries no time or other metadata, until the desk adds its imprint: same
 * picture, same bytes.
 *
 * @param view how to look at it; upright if absent
 * @param prompt what it then shows
 */
export async function picture(
	blobs: BlobStore,
	image: StoredImage,
	{
		filename,
		alt,
		view,
		prompt,
		against,
	}: { filename: string; alt: string; view?: Look; prompt?: string; against?: Against },
): Promise<Figure> {
	const { width, height, seed } = image;
	const factor = factorOf(image);
	const source = view ? await blobs.put(await seen(blobs, image, view)) : image.blob;
	return {
		bytes: await atChatSize(blobs, image, view),
		type: 'image/png',
		width: width * factor,
		height: height * factor,
		alt,
		filename,
		source,
		seed,
		...(view && { prompt }),
		...(factor > 1 && { factor }),
		...(against && { against: await counterpart(blobs, against) }),
	};
}

const counterpart = async (blobs: BlobStore, { image, view, ...about }: Against): Promise<Counterpart> => ({
	bytes: await atChatSize(blobs, image, view),
	...about,
});

/** As large as the model made it. */
async function seen(blobs: BlobStore, image: StoredImage, view: Look): Promise<Uint8Array> {
	const { pixels, width, height } = await readRaster(blobs, image, view.apply);
	return sharp(pixels, { raw: { width, height, channels: 3 } })
		.png()
		.toBuffer();
}

const factorOf = ({ width, height }: StoredImage) => Math.max(1, Math.floor(CHAT_SIDE / Math.max(width, height)));

async function atChatSize(blobs: BlobStore, image: StoredImage, view: Look | undefined): Promise<Uint8Array> {
	const factor = factorOf(image);
	if (factor === 1 && !view) return blobs.get(image.blob);
	const { pixels, width, height } = await readRaster(blobs, image, view?.apply);
	return sharp(pixels, { raw: { width, height, channels: 3 } })
		.resize(width * factor, height * factor, { kernel: 'nearest' })
		.png()
		.toBuffer();
}

/** Joins the parts of an alt text into sentences within the limit; a part may already be a whole sentence. */
export function altText(...parts: readonly string[]): string {
	const told = parts.filter((part) => part !== '');
	const text = told.map((part, i) => (i < told.length - 1 && !/[.!?]$/.test(part) ? `${part}.` : part)).join(' ');
	return shorten(text, MAX_ALT_CHARACTERS);
}
