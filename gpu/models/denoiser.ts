/** The contract of every network that predicts noise; pipelines use nothing else of a model. */
import type { Estimate } from '../diffusion/estimate.ts';
import type { Schedule } from '../diffusion/schedule.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TextEncoder } from './text-encoder.ts';

/** The network's inputs other than x and t. */
export interface Condition {
	/** "" is the unconditional branch. */
	readonly prompt: string;
	/** Stage II only: the low-resolution picture, already enlarged and noised, [3, H, W]. */
	readonly lowResolution?: Tensor;
	/** Stage II only: the timestep to which `lowResolution` was noised, 0..999. */
	readonly noiseLevel?: number;
}

export interface Denoiser {
	/** Shape of x: [C, H, W]. */
	readonly shape: readonly [number, number, number];
	readonly schedule: Schedule;
	/** Stage II only: its pictures' block means should match the small picture's pixels (pipelines/upscale/faithful.ts). */
	readonly faithful?: boolean;
	/**
	 * The noise in `x` ([C, H, W]) at timestep `t` (0..999).
	 *
	 * Batches by itself: calls that are waiting at the same time, from one job or several, go through the network together.
	 * So make independent calls at once, with Promise.all.
	 */
	predict(x: Tensor, t: number, condition: Condition): Promise<Estimate>;
	/** The number of tokens of a prompt that do not fit and are cut off (0 = none). */
	tokensCut(prompt: string): Promise<number>;
	/** As TextEncoder.readAs. */
	readAs?(prompt: string): string | undefined;
}

/** A Denoiser with the networks behind it. */
export interface OpenedDenoiser extends Denoiser {
	/** The text encoder that reads its prompts. */
	readonly encoder: TextEncoder;
	/** The same networks with another text encoder, which is not closed with them. Calls batch with all others. */
	readingBy(encoder: TextEncoder): Denoiser;
	/** Frees the memory. */
	close(): Promise<void>;
}
