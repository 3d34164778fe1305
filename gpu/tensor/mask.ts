/** Masks: one channel of 0..1, read from pictures and laid over them. */
import { readSquare } from './image.ts';
import { assertSameShape, map, type Tensor, tensor } from './tensor.ts';

/**
 * The brightness of a picture, cropped and resized as decodeImage does, so that a mask lies on its picture as it was drawn
 * there. On black where it is transparent: nothing was painted there.
 *
 * Returns [1, size, size] in [0, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeMask(bytes: Uint8Array, size: number): Promise<Tensor> {
	const pixels = await readSquare(bytes, size, (picture) =>
		picture.flatten({ background: 'black' }).toColourspace('b-w'),
	);
	return fromBytes(pixels, size);
}

/**
 * How opaque a picture is, cropped and resized as decodeImage does; 1 everywhere when it has no alpha channel.
 *
 * Returns [1, size, size] in [0, 1]. Throws a UserError when the bytes are not a readable picture.
 */
export async function decodeOpacity(bytes: Uint8Array, size: number): Promise<Tensor> {
	const pixels = await readSquare(bytes, size, (picture) => picture.ensureAlpha().extractChannel('alpha'));
	return fromBytes(pixels, size);
}

function fromBytes(pixels: Uint8Array, size: number): Tensor {
	return tensor(
		Float32Array.from(pixels, (value) => value / 255),
		[1, size, size],
	);
}

/**
 * mask · inside + (1 − mask) · outside.
 *
 * @param mask [1, H, W] in 0..1
 * @param inside [C, H, W]
 * @param outside [C, H, W]; comes through unchanged where the mask is 0
 */
export function blend(mask: Tensor, inside: Tensor, outside: Tensor): Tensor {
	assertSameShape(inside, outside, 'blend');
	const area = mask.data.length;
	return map(inside, (value, i) => {
		const share = mask.data[i % area];
		return share === 0 ? outside.data[i] : share * value + (1 - share) * outside.data[i];
	});
}
