/** The steps from noise to a picture, as pairs of timesteps. */

/** From timestep t to a less noisy one; `previous` is −1 where the step ends at the clean picture. */
export interface Transition {
	readonly t: number;
	readonly previous: number;
}

/**
 * Where a list of timesteps lands. `last`: at the noise level of its last entry, at which the network is not asked.
 * `clean`: at the clean picture, one step below its last entry. `leap`: at the clean picture in place of its last entry.
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
