/** How a model is best sampled, when its makers measured something better than the course's list of timesteps. */
export interface Recipe {
	/** Strictly descending, 0..999. */
	readonly timesteps: readonly number[];
	/** Whether x0 is clipped to [-1, 1] instead of thresholded as the schedule says. */
	readonly clips: boolean;
}
