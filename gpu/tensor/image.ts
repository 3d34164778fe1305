/** Pictures between bytes and tensors. */
import sharp from 'sharp';
import { UserError } from '../errors.ts';
import { type Tensor, tensor } from './tensor.ts';

/** An opaque RGB picture: what networks see. */
const CHANNELS = 3;

/**
 * Reads a picture of any size and of any format that sharp knows (PNG, JPEG, WebP, GIF, AVIF, ...; the first frame of an
 * animation), turns it as its EXIF orientation says, lays it on white where it is transparent, crops its middle square and
 * resizes that to side `size` (Catmull-Rom cubic).
 *
 * Returns [3, size, size] in [-1, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeImage(bytes: Uint8Array, size: number): Promise<Tensor> {
	const pixels = await readSquare(bytes, size).catch((cause) => {
		throw new UserError('The picture could not be read; send a PNG, JPEG, WebP, GIF or AVIF that opens in a viewer.', {
			cause,
		});
	});
	const area = size * size;
	const data = new Float32Array(CHANNELS * area);
	for (let channel = 0; channel < CHANNELS; channel++) {
		for (let i = 0; i < area; i++) data[channel * area + i] = pixels[i * CHANNELS + channel] / 127.5 - 1;
	}
	return tensor(data, [CHANNELS, size, size]);
}

/** The middle square as interleaved RGB bytes. */
async function readSquare(bytes: Uint8Array, size: number): Promise<Buffer> {
	return sharp(bytes, { failOn: 'error' })
		.autoOrient()
		.flatten({ background: 'white' })
		.resize(size, size, { fit: 'cover', position: 'centre', kernel: 'cubic' })
		.toColourspace('srgb')
		.raw()
		.toBuffer();
}

/**
 * Writes [3, H, W] as an 8-bit RGB PNG without metadata: the same tensor gives the same bytes. -1 is black and 1 is white;
 * what lies beyond is clamped.
 */
export async function encodePng({ data, shape }: Tensor): Promise<Buffer> {
	const [channels, height, width] = shape;
	if (shape.length !== 3 || channels !== CHANNELS) {
		throw new RangeError(`encodePng: expected shape [${CHANNELS}, H, W], got [${shape}]`);
	}
	const area = height * width;
	const pixels = new Uint8ClampedArray(area * CHANNELS);
	for (let channel = 0; channel < CHANNELS; channel++) {
		for (let i = 0; i < area; i++) {
			pixels[i * CHANNELS + channel] = (data[channel * area + i] / 2 + 0.5) * 255; // rounds and clamps
		}
	}
	return sharp(pixels, { raw: { width, height, channels: CHANNELS } })
		.png({ compressionLevel: 9 })
		.toBuffer();
}
