/** The contract of samplers: each steps from one noisy picture to the next. To add one: a file here and a row in index.ts. */
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
	 * Puts the known part of the picture into x at timestep t, before an estimate in the middle of a step. The loop does it
	 * after every step.
	 */
	readonly constrain: (x: Tensor, t: number) => Tensor;
	/** The source of the noise that steps add. */
	readonly source: NoiseSource;
	/** The share of fresh noise in every step, 0..1; 0 for samplers that do not accept it. */
	readonly eta: number;
}

/** Returns the picture after one transition, and the clean picture x0 that it was heading for. All [C, H, W]. */
export type Step = (x: Tensor, transition: Transition) => Promise<{ readonly x: Tensor; readonly x0: Tensor }>;

export interface Sampler {
	/** What it is, in a few words for people; read after its name. */
	readonly summary: string;
	/** Where its walks end. */
	readonly landing: Landing;
	/** Its steps add fresh noise, so more steps give a different picture, not the same one more exactly. */
	readonly addsNoise?: true;
	/** Whether a request may choose `eta`. */
	readonly takesEta?: true;
	/** The timesteps at which the step along a transition asks for the estimate; absent: at its t alone. */
	asksAt?(transition: Transition): readonly number[];
	/** Starts a walk. The returned function holds what its steps remember of each other. */
	begin(walk: Walk): Step;
}
