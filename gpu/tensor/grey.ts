/** Turns one channel into a picture that people can look at. */
import { type Tensor, tensor } from './tensor.ts';

/** [1, H, W] in [0, 1], a digit or a mask, as a grey picture [3, H, W] in [-1, 1]. */
export function asPicture({ data, shape: [, height, width] }: Tensor): Tensor {
	const pixels = new Float32Array(3 * data.length);
	for (let i = 0; i < data.length; i++) pixels[i] = 2 * data[i] - 1;
	for (let channel = 1; channel < 3; channel++) pixels.copyWithin(channel * data.length, 0, data.length);
	return tensor(pixels, [3, height, width]);
}
