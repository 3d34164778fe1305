/** How a model is best sampled, where its makers measured a better way than the course's list of timesteps. */
export interface Recipe {
	/** Strictly descending, 0..999. */
	readonly timesteps: readonly number[];
	/** Whether x0 is clipped to [-1, 1] where the schedule would threshold it. */
	readonly clips: boolean;
}
