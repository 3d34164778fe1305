/** Pictures as plain pixels, for drawing. */
import type { BlobRef, JobImage } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { fromPixels, toPixels } from '../../gpu/tensor/levels.ts';
import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Tensor } from '../../gpu/tensor/tensor.ts';

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

/** A picture as the bytes of its file. */
export interface PictureFile {
	readonly bytes: Uint8Array;
	readonly width: number;
	readonly height: number;
}

export async function pictureFile(blobs: BlobStore, { blob, width, height }: StoredImage): Promise<PictureFile> {
	return { bytes: await blobs.get(blob), width, height };
}

/** @param look applied to the picture first, from and to [3, H, W] in -1..1; results outside are clamped */
export async function readRaster(blobs: BlobStore, image: StoredImage, look?: (x: Tensor) => Tensor): Promise<Raster> {
	return rasterOf(await pictureFile(blobs, image), look);
}

/** Like readRaster. */
export async function rasterOf({ bytes, width, height }: PictureFile, look?: (x: Tensor) => Tensor): Promise<Raster> {
	const pixels = await sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer();
	return {
		pixels: look ? Uint8Array.from(toPixels(look(fromPixels(pixels, 3, height, width)))) : pixels,
		width,
		height,
	};
}

/** An empty canvas of the CSS colour `#rrggbb`. */
export function blank(width: number, height: number, colour: string): Raster {
	const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
	const pixels = new Uint8Array(3 * width * height);
	for (let i = 0; i < pixels.length; i++) pixels[i] = rgb[i % 3];
	return { pixels, width, height };
}

/** Every pixel becomes a square of `factor` x `factor`. */
export function enlarge({ pixels, width, height }: Raster, factor: number): Raster {
	const line = 3 * width * factor;
	const result = new Uint8Array(line * height * factor);
	for (let y = 0; y < height; y++) {
		const start = y * factor * line;
		for (let i = 0; i < line; i++) {
			const x = Math.floor(i / (3 * factor));
			result[start + i] = pixels[3 * (y * width + x) + (i % 3)];
		}
		for (let copy = 1; copy < factor; copy++) result.copyWithin(start + copy * line, start, start + line);
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
		const down = rows[y];
		for (let x = 0; x < toWidth; x++) {
			const across = columns[x];
			let [red, green, blue] = [0, 0, 0];
			for (let row = 0; row < down.shares.length; row++) {
				for (let column = 0; column < across.shares.length; column++) {
					const share = down.shares[row] * across.shares[column];
					const from = 3 * ((down.first + row) * width + across.first + column);
					red += share * pixels[from];
					green += share * pixels[from + 1];
					blue += share * pixels[from + 2];
				}
			}
			const to = 3 * (y * toWidth + x);
			result[to] = Math.round(red);
			result[to + 1] = Math.round(green);
			result[to + 2] = Math.round(blue);
		}
	}
	return { pixels: result, width: toWidth, height: toHeight };
}

/** For each of `to` places, which of `from` places it covers, from the first one on, and with what shares, which sum to 1. */
function coverage(from: number, to: number): { readonly first: number; readonly shares: readonly number[] }[] {
	const length = from / to;
	return Array.from({ length: to }, (_, i) => {
		const [start, end] = [i * length, (i + 1) * length];
		const first = Math.floor(start);
		const shares = Array.from({ length: Math.min(from, Math.ceil(end)) - first }, (_, k) => {
			return (Math.min(end, first + k + 1) - Math.max(start, first + k)) / length;
		});
		return { first, shares };
	});
}

/** `share` of `b` over the rest of `a`, both of one size. */
export function blend(a: Raster, b: Raster, share: number): Raster {
	const pixels = new Uint8Array(a.pixels.length);
	for (let i = 0; i < pixels.length; i++) {
		pixels[i] = Math.round(a.pixels[i] + (b.pixels[i] - a.pixels[i]) * share);
	}
	return { ...a, pixels };
}

/** `top` laid on `bottom` with its corner at (left, top); what hangs over the edge is cut off. */
export function lay(bottom: Raster, top: Raster, left: number, y: number): Raster {
	const whole = { ...bottom, pixels: new Uint8Array(bottom.pixels) };
	paste(whole, top, left, y);
	return whole;
}

/** Like `lay`, on `bottom` itself. */
export function paste(bottom: Raster, top: Raster, left: number, y: number): void {
	const [from, to] = [Math.max(0, -left), Math.min(top.width, bottom.width - left)];
	for (let row = Math.max(0, -y); row < Math.min(top.height, bottom.height - y) && from < to; row++) {
		const line = top.pixels.subarray(3 * (row * top.width + from), 3 * (row * top.width + to));
		bottom.pixels.set(line, 3 * ((row + y) * bottom.width + left + from));
	}
}
