/** Turns one channel into a picture that people can look at. */
import { type Tensor, tensor } from './tensor.ts';

/** [1, H, W] in [0, 1], a digit or a mask, as a grey picture [3, H, W] in [-1, 1]. */
export function asPicture({ data, shape: [, height, width] }: Tensor): Tensor {
	const grey = data.map((value) => 2 * value - 1);
	const pixels = new Float32Array(3 * grey.length);
	for (let channel = 0; channel < 3; channel++) pixels.set(grey, channel * grey.length);
	return tensor(pixels, [3, height, width]);
}
