/** The steps from noise to a picture, as pairs of timesteps. */

/** A step from timestep t to a less noisy one; `previous` is −1 if it ends at the clean picture. */
export interface Transition {
	readonly t: number;
	readonly previous: number;
}

/**
 * Where a walk along a list of timesteps ends. `last`: at the noise level of the last entry, where the network does not run.
 * `clean`: at the clean picture, one step below the last entry. `leap`: at the clean picture instead of the last entry.
 */
export type Landing = 'last' | 'clean' | 'leap';

const STOPS: Readonly<Record<Landing, (timesteps: readonly number[]) => readonly number[]>> = {
	last: (timesteps) => timesteps,
	clean: (timesteps) => [...timesteps, -1],
	leap: (timesteps) => [...timesteps.slice(0, -1), -1],
};

/** From stop to stop along `timesteps`. */
export function transitionsOf(landing: Landing, timesteps: readonly number[]): readonly Transition[] {
	const stops = STOPS[landing](timesteps);
	return stops.slice(1).map((previous, i) => ({ t: stops[i], previous }));
}
