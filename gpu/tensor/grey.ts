/** One channel as a picture that people look at. */
import { type Tensor, tensor } from './tensor.ts';

/** [1, H, W] in [0, 1], a digit or a mask, as a grey picture [3, H, W] in [-1, 1]. */
export function asPicture({ data, shape: [, height, width] }: Tensor): Tensor {
	const area = height * width;
	const pixels = new Float32Array(3 * area);
	for (let i = 0; i < pixels.length; i++) pixels[i] = 2 * data[i % area] - 1;
	return tensor(pixels, [3, height, width]);
}
