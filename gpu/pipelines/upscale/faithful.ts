/**
 * Keeps an enlargement true to the small picture: whatever clean picture the network predicts, the mean of every block of
 * pixels is the small picture's pixel. The network only adds the detail within blocks.
 * Source: Wang, Yu & Zhang 2023, "Zero-Shot Image Restoration Using Denoising Diffusion Null-Space Model",
 * arXiv:2212.00490, eq. 13: x0' = A†y + (I − A†A) x0, where A takes the means of blocks and A† repeats pixels.
 */
import type { EstimateNoise } from '../../diffusion/estimate.ts';
import { alphaCumprodAt, impliedX0, type Schedule } from '../../diffusion/schedule.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import { clamped, combine, type Tensor } from '../../tensor/tensor.ts';

/** @param small [C, S/k, S/k], the picture that estimates of pictures [C, S, S] are held to */
export function faithfulTo(small: Tensor, schedule: Schedule, estimate: EstimateNoise): EstimateNoise {
	return async (x, t) => {
		const { noise, variance } = await estimate(x, t);
		// Clamped first, as in the sampler: means should hold for what can be shown.
		const x0 = clamped(impliedX0(schedule, x, t, noise)); // [C, S, S]
		const alphaCumprod = alphaCumprodAt(schedule, t);
		const scale = 1 / Math.sqrt(1 - alphaCumprod);
		return { noise: combine(scale, x, -scale * Math.sqrt(alphaCumprod), withBlockMeans(x0, small)), variance };
	};
}

/** The estimate, held to the small picture if the model is `faithful`. */
export function heldTo(small: Tensor, { faithful, schedule }: Denoiser, estimate: EstimateNoise): EstimateNoise {
	return faithful ? faithfulTo(small, schedule, estimate) : estimate;
}

/** x [C, S, S] with each k x k block shifted so that its mean is the pixel of `means` [C, S/k, S/k]. */
export function withBlockMeans(x: Tensor, means: Tensor): Tensor {
	const [channels, size] = x.shape;
	const [, small] = means.shape;
	const k = size / small;
	const data = new Float32Array(x.data);
	for (let channel = 0; channel < channels; channel++) {
		for (let row = 0; row < small; row++) {
			for (let column = 0; column < small; column++) {
				const corner = (channel * size + row * k) * size + column * k;
				let sum = 0;
				for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) sum += data[corner + i * size + j];
				const shift = means.data[(channel * small + row) * small + column] - sum / (k * k);
				for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) data[corner + i * size + j] += shift;
			}
		}
	}
	return { data, shape: x.shape };
}
