/** Classical denoising by a Gaussian blur, which removes details along with the noise. */
import { gaussianBlur, widestKernel } from '../../tensor/blur.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { NoisyPicture } from '../forward-process.ts';
import { withPsnr } from '../with-psnr.ts';

/** The candidates for the best blur, in pixels: half-octaves from next to nothing to an eighth of stage I's side. */
const SIGMAS = [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8];

export interface BlurChoice {
	/** Standard deviation in pixels; absent: the candidate with the best PSNR. */
	readonly sigma?: number;
	/** Width in pixels, odd; absent: as wide as sigma needs. */
	readonly kernel?: number;
}

/** The noisy picture blurred as chosen, or else as well as possible, for which the original must be known. */
export function blurred(noisy: NoisyPicture, original: Tensor, { sigma, kernel }: BlurChoice) {
	const [, side] = original.shape;
	const candidates = (sigma === undefined ? SIGMAS : [sigma]).map((candidate) => {
		const blur = { sigma: candidate, kernel: kernel ?? kernelFor(candidate, side) };
		const pixels = gaussianBlur(noisy.pixels, blur.kernel, blur.sigma); // [3, S, S]
		return withPsnr(pixels, original, { seed: noisy.seed, role: 'blurred', t: noisy.t, blur });
	});
	// No PSNR means equal to the original; nothing is better.
	const quality = ({ psnr = Number.POSITIVE_INFINITY }) => psnr;
	return candidates.reduce((best, candidate) => (quality(candidate) > quality(best) ? candidate : best));
}

/** Odd, and wide enough for three sigmas, where a Gaussian has fallen to a hundredth, but within widestKernel. */
function kernelFor(sigma: number, side: number): number {
	return Math.min(2 * Math.ceil(3 * sigma) + 1, widestKernel(side));
}
