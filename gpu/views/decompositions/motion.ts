/** Splits a picture into what a diagonal motion blur keeps and what it removes. Source: "Factorized Diffusion". */
import { combine, type Tensor, tensor } from '../../tensor/tensor.ts';
import { type Component, type Filter, scaleKernel } from './component.ts';

/** As in the authors' implementation of Factorized Diffusion. */
export const MOTION_FILTER = { kernel: 7 };

export function motionComponents(size: number, filter: Filter): readonly Component[] {
	const { kernel } = { ...MOTION_FILTER, ...filter };
	const motion: Component = (x) => motionBlur(x, scaleKernel(kernel, size));
	return [motion, (x) => combine(1, x, -1, motion(x))];
}

/**
 * The mean over `taps` pixels (odd) along the falling diagonal, [C, H, W] -> [C, H, W]. The picture is 0 beyond its border,
 * so its rim fades; the other component makes up for it.
 */
function motionBlur(x: Tensor, taps: number): Tensor {
	const [channels, height, width] = x.shape;
	const reach = (taps - 1) / 2;
	const data = new Float32Array(x.data.length);
	for (let channel = 0; channel < channels; channel++) {
		const offset = channel * height * width;
		for (let row = 0; row < height; row++) {
			for (let column = 0; column < width; column++) {
				const back = Math.min(reach, row, column);
				const ahead = Math.min(reach, height - 1 - row, width - 1 - column);
				const middle = offset + row * width + column;
				let sum = 0;
				for (let step = -back; step <= ahead; step++) sum += x.data[middle + step * (width + 1)];
				data[middle] = sum / taps;
			}
		}
	}
	return tensor(data, x.shape);
}
