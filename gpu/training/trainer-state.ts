/** What a training has learned so far: everything that a checkpoint must hold to resume as if nothing had happened. */
import type { NamedArrays } from '../models/digits/tensors.ts';

export type { NamedArrays };

export interface TrainerState {
	/** Steps taken so far. */
	readonly steps: number;
	readonly parameters: NamedArrays;
	/** Adam's mean of the gradients, by parameter. */
	readonly firstMoments: NamedArrays;
	/** Adam's mean of the squared gradients, by parameter. */
	readonly secondMoments: NamedArrays;
	/** Batch normalisation's running_mean and running_var. */
	readonly statistics: NamedArrays;
	/** The exponential moving average of the parameters; absent: none is kept. */
	readonly average?: NamedArrays;
}
