/** Pictures as plain pixels, for drawing. */
import type { BlobRef, JobImage } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { fromPixels, toPixels } from '../../gpu/tensor/levels.ts';
import type { Tensor } from '../../gpu/tensor/tensor.ts';
import { sharp } from './sharp.ts';

export interface Raster {
	/** Interleaved RGB bytes, row by row. */
	readonly pixels: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/** Where a picture is stored, how large it is, and the seed that makes it, where one does. */
export type StoredImage = Pick<JobImage, 'blob' | 'width' | 'height'> & Partial<Pick<JobImage, 'seed'>>;

/** Reads how large a stored picture is. */
export async function storedImage(blobs: BlobStore, blob: BlobRef): Promise<StoredImage> {
	const { width, height } = await sharp(await blobs.get(blob)).metadata();
	return { blob, width, height };
}

/** @param look applied to the picture first, from and to [3, H, W] in -1..1; results outside are clamped */
export async function readRaster(
	blobs: BlobStore,
	{ blob, width, height }: StoredImage,
	look?: (x: Tensor) => Tensor,
): Promise<Raster> {
	const pixels = await sharp(await blobs.get(blob))
		.toColourspace('srgb')
		.removeAlpha()
		.raw()
		.toBuffer();
	return {
		pixels: look ? Uint8Array.from(toPixels(look(fromPixels(pixels, 3, height, width)))) : pixels,
		width,
		height,
	};
}

/** An empty canvas of the CSS colour `#rrggbb`. */
export function blank(width: number, height: number, colour: string): Raster {
	const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
	return { pixels: Uint8Array.from({ length: 3 * width * height }, (_, i) => rgb[i % 3]), width, height };
}

/** Every pixel becomes a square of `factor` x `factor`. */
export function enlarge({ pixels, width, height }: Raster, factor: number): Raster {
	const result = new Uint8Array(pixels.length * factor * factor);
	let to = 0;
	for (let y = 0; y < height * factor; y++) {
		for (let x = 0; x < width * factor; x++) {
			const from = 3 * (Math.floor(y / factor) * width + Math.floor(x / factor));
			result[to++] = pixels[from];
			result[to++] = pixels[from + 1];
			result[to++] = pixels[from + 2];
		}
	}
	return { pixels: result, width: width * factor, height: height * factor };
}

/** Shrinks the picture, each pixel being the mean of those it covers, as when a screen is seen from far away. */
export function shrink({ pixels, width, height }: Raster, toWidth: number): Raster {
	const toHeight = Math.max(1, Math.round((height * toWidth) / width));
	const columns = coverage(width, toWidth);
	const rows = coverage(height, toHeight);
	const result = new Uint8Array(3 * toWidth * toHeight);
	for (let y = 0; y < toHeight; y++) {
		for (let x = 0; x < toWidth; x++) {
			const sum = [0, 0, 0];
			for (const [row, down] of rows[y]) {
				for (const [column, across] of columns[x]) {
					for (let c = 0; c < 3; c++) sum[c] += down * across * pixels[3 * (row * width + column) + c];
				}
			}
			for (let c = 0; c < 3; c++) result[3 * (y * toWidth + x) + c] = Math.round(sum[c]);
		}
	}
	return { pixels: result, width: toWidth, height: toHeight };
}

/** For each of `to` places, which of `from` places it covers and with what share; the shares of a place sum to 1. */
function coverage(from: number, to: number): [place: number, share: number][][] {
	const length = from / to;
	return Array.from({ length: to }, (_, i) => {
		const [start, end] = [i * length, (i + 1) * length];
		const places = Array.from({ length: Math.ceil(end) - Math.floor(start) }, (_, k) => Math.floor(start) + k);
		return places
			.filter((place) => place < from)
			.map((place) => [place, (Math.min(end, place + 1) - Math.max(start, place)) / length]);
	});
}

/** `share` of `b` over the rest of `a`, both of one size. */
export function blend(a: Raster, b: Raster, share: number): Raster {
	return { ...a, pixels: a.pixels.map((value, i) => Math.round(value + (b.pixels[i] - value) * share)) };
}

/** `top` laid on `bottom` with its corner at (left, top); what hangs over the edge is cut off. */
export function lay(bottom: Raster, top: Raster, left: number, y: number): Raster {
	const pixels = Uint8Array.from(bottom.pixels);
	const [from, to] = [Math.max(0, -left), Math.min(top.width, bottom.width - left)];
	for (let row = Math.max(0, -y); row < Math.min(top.height, bottom.height - y) && from < to; row++) {
		const line = top.pixels.subarray(3 * (row * top.width + from), 3 * (row * top.width + to));
		pixels.set(line, 3 * ((row + y) * bottom.width + left + from));
	}
	return { ...bottom, pixels };
}
