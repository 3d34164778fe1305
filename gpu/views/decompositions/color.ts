/** A picture split into its greys and its colours. Source: Geng, Park & Owens 2024, "Factorized Diffusion". */
import { combine, mean, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Component } from './component.ts';

/** Every channel replaced by the mean of all of them, [C, S, S]. */
function grey(x: Tensor): Tensor {
	const [channels, height, width] = x.shape;
	const area = height * width;
	const planes = Array.from({ length: channels }, (_, channel) =>
		tensor(x.data.subarray(channel * area, (channel + 1) * area), [height, width]),
	);
	const { data: plane } = mean(planes); // [S, S]
	return tensor(
		Float32Array.from({ length: x.data.length }, (_, i) => plane[i % area]),
		x.shape,
	);
}

/** Both are orthogonal projections: grey of grey is grey, and grey has no colour. */
export const COLOR_COMPONENTS: readonly Component[] = [grey, (x) => combine(1, x, -1, grey(x))];
