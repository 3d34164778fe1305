/** Bilinear resizing, value for value the same as PyTorch's `interpolate(mode="bilinear", align_corners=True)`. */
import { type Tensor, tensor } from './tensor.ts';

/**
 * Resizes every channel of x to side `size`, [C, H, W] -> [C, size, size]. Corner pixels map to corner pixels, and values in
 * between are interpolated linearly.
 */
export function resizeBilinear(x: Tensor, size: number): Tensor {
	const [channels, height, width] = x.shape;
	const rows = neighbours(height, size);
	const columns = neighbours(width, size);
	const data = new Float32Array(channels * size * size);
	for (let channel = 0; channel < channels; channel++) {
		for (const [row, { near, far, share }] of rows.entries()) {
			const upper = (channel * height + near) * width;
			const lower = (channel * height + far) * width;
			for (const [column, { near: left, far: right, share: across }] of columns.entries()) {
				const above = mix(x.data[upper + left], x.data[upper + right], across);
				const below = mix(x.data[lower + left], x.data[lower + right], across);
				data[(channel * size + row) * size + column] = mix(above, below, share);
			}
		}
	}
	return tensor(data, [channels, size, size]);
}

/** For each of `size` positions the two of `length` pixels that it is between, and how far it is from the first. */
function neighbours(length: number, size: number) {
	const step = (length - 1) / Math.max(size - 1, 1);
	return Array.from({ length: size }, (_, i) => {
		const near = Math.floor(i * step);
		return { near, far: Math.min(near + 1, length - 1), share: i * step - near };
	});
}

const mix = (a: number, b: number, share: number) => (1 - share) * a + share * b;
