/** Pictures in a blob store, for tests of figures. */
import sharp from 'sharp';
import type { StoredImage } from '../../../commands/figures/raster.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';

/** Stores a square picture of side `size` whose pixels have the colours [r, g, b] that `colour` returns. */
export async function storePicture(
	blobs: BlobStore,
	size: number,
	colour: (x: number, y: number) => readonly number[],
): Promise<StoredImage> {
	const pixels = Buffer.from(
		Array.from({ length: size * size }, (_, i) => colour(i % size, Math.floor(i / size))).flat(),
	);
	const png = await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
		.png()
		.toBuffer();
	return { blob: await blobs.put(png), width: size, height: size };
}
