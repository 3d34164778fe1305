/** Estimates guided towards a digit (Ho & Salimans 2022). Both branches are requested at once; at scale 1 only one. */
import type { EstimateNoise } from '../../diffusion/estimate.ts';
import type { EstimateVelocity } from '../../diffusion/flow/path.ts';
import { guided } from '../../diffusion/guidance.ts';
import type { DigitDenoiser, DigitFlow } from '../../models/digits/denoiser.ts';
import { combine } from '../../tensor/tensor.ts';

/** The noise given a digit, guided away from the unconditional estimate; without a digit, the unconditional one. */
export function digitEstimate(
	denoiser: DigitDenoiser,
	digit: number | undefined,
	guidanceScale: number,
): EstimateNoise {
	return async (x, t) => {
		if (guidanceScale === 1 || digit === undefined) return denoiser.predict(x, t, digit);
		const [conditional, unconditional] = await Promise.all([denoiser.predict(x, t, digit), denoiser.predict(x, t)]);
		return guided(conditional, unconditional, guidanceScale);
	};
}

/** The velocity towards a digit, u_uncond + g (u_cond − u_uncond); without a digit, the unconditional one. */
export function digitVelocity(flow: DigitFlow, digit: number | undefined, guidanceScale: number): EstimateVelocity {
	return async (x, t) => {
		if (guidanceScale === 1 || digit === undefined) return flow.velocity(x, t, digit);
		const [conditional, unconditional] = await Promise.all([flow.velocity(x, t, digit), flow.velocity(x, t)]);
		return combine(guidanceScale, conditional, 1 - guidanceScale, unconditional);
	};
}
