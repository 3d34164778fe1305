/** The steps from noise to a picture, as pairs of timesteps. */

/** From timestep t to a less noisy one; `previous` is −1 where the step ends at the clean picture. */
export interface Transition {
	readonly t: number;
	readonly previous: number;
}

/**
 * Where a list of timesteps lands. `last`: at the noise level of its last entry, at which the network is not asked.
 * `clean`: at the clean picture, one step below its last entry.
 */
export type Landing = 'last' | 'clean';

/** Entry to entry along `timesteps`, and from the last one to −1 where the list lands on the clean picture. */
export function transitionsOf(landing: Landing, timesteps: readonly number[]): readonly Transition[] {
	const stops = landing === 'clean' ? [...timesteps, -1] : timesteps;
	return stops.slice(1).map((previous, i) => ({ t: stops[i], previous }));
}
