/** Between values in [-1, 1] and levels of 0..255: -1 is black, 1 is white. */
import { type Tensor, tensor } from './tensor.ts';

/** The level of a value, neither rounded nor clamped. */
export const levelOf = (value: number) => (value / 2 + 0.5) * 255;

/** The value of a level. */
export const valueAt = (level: number) => level / 127.5 - 1;

/** [C, H, W] in [-1, 1] as interleaved pixels, row by row: rounded, and what lies beyond is clamped. */
export function toPixels({ data, shape: [channels, height, width] }: Tensor): Uint8ClampedArray {
	const area = height * width;
	const pixels = new Uint8ClampedArray(channels * area);
	for (let channel = 0; channel < channels; channel++) {
		for (let i = 0; i < area; i++) pixels[i * channels + channel] = levelOf(data[channel * area + i]);
	}
	return pixels;
}

/** Interleaved pixels, row by row, as [channels, H, W] in [-1, 1]. */
export function fromPixels(pixels: ArrayLike<number>, channels: number, height: number, width: number): Tensor {
	const area = height * width;
	const data = new Float32Array(channels * area);
	for (let channel = 0; channel < channels; channel++) {
		for (let i = 0; i < area; i++) data[channel * area + i] = valueAt(pixels[i * channels + channel]);
	}
	return tensor(data, [channels, height, width]);
}
