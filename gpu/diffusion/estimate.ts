/** The noise estimate, which networks return and samplers use. */
import type { Tensor } from '../tensor/tensor.ts';

/** What a denoising network predicts for a noisy picture x_t of shape [C, H, W]. */
export interface Estimate {
	/** The noise in x_t, [C, H, W]. */
	readonly noise: Tensor;
	/**
	 * The interpolation coefficients v of the learned variance (Improved DDPM, Nichol & Dhariwal 2021, eq. 15),
	 * [C, H, W], about -1..1, not clamped. Absent where the network does not learn it.
	 */
	readonly variance?: Tensor;
}

/** A noise estimate at timestep t, with everything else (prompts, guidance, views) already decided. */
export type EstimateNoise = (x: Tensor, t: number) => Promise<Estimate>;
