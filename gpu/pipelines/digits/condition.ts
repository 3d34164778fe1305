/** Digits as the sampling loop sees them. */
import type { EstimateNoise } from '../../diffusion/estimate.ts';
import { guided } from '../../diffusion/guidance.ts';
import type { DigitDenoiser } from '../../models/digits/denoiser.ts';

/**
 * The noise under a digit, guided away from none in particular; both are asked at once. At scale 1 only the first is.
 * Source: Ho & Salimans 2022.
 */
export function digitEstimate(denoiser: DigitDenoiser, digit: number, guidanceScale: number): EstimateNoise {
	return async (x, t) => {
		if (guidanceScale === 1) return denoiser.predict(x, t, digit);
		const [conditional, unconditional] = await Promise.all([denoiser.predict(x, t, digit), denoiser.predict(x, t)]);
		return guided(conditional, unconditional, guidanceScale);
	};
}
