/** What a sampler is: a way from one noisy picture to the next. Adding one: a file here and a row of index.ts. */
import type { Tensor } from '../../tensor/tensor.ts';
import type { EstimateNoise } from '../estimate.ts';
import type { NoiseSource } from '../noise.ts';
import type { Schedule } from '../schedule.ts';
import type { Landing, Transition } from '../transitions.ts';

/** What a sampler is given for one walk from noise to a picture. */
export interface Walk {
	readonly schedule: Schedule;
	/** The noise estimate; a sampler may ask for several in one step. */
	readonly estimate: EstimateNoise;
	/**
	 * Puts what is known of the picture into x at timestep t: for what the network is asked of in the middle of a step. The
	 * loop does it after every step.
	 */
	readonly constrain: (x: Tensor, t: number) => Tensor;
	/** Gives the noise that the steps add. */
	readonly source: NoiseSource;
	/** The share of fresh noise in every step, 0..1; 0 for samplers that do not take it. */
	readonly eta: number;
}

/** The picture after one transition, and the clean picture x0 that it steered for. All [C, H, W]. */
export type Step = (x: Tensor, transition: Transition) => Promise<{ readonly x: Tensor; readonly x0: Tensor }>;

export interface Sampler {
	/** What it is, in a few words for people; read after its name. */
	readonly summary: string;
	/** Where its lists of timesteps land. */
	readonly landing: Landing;
	/** Adds fresh noise in its steps: more of them lead to another picture, not to the same one more exactly. */
	readonly addsNoise?: true;
	/** Whether a request may choose `eta`. */
	readonly takesEta?: true;
	/** The timesteps at which the step along a transition asks for the estimate; absent: at its t alone. */
	asksAt?(transition: Transition): readonly number[];
	/** Begins a walk. What its steps remember of each other lives in the function that it returns. */
	begin(walk: Walk): Step;
}
