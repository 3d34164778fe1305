/** The seeds of several pictures of one job. */
import { MAX_SEED } from '../jobs.ts';

/** `count` seeds from `seed` on; after the largest comes 0. */
export function consecutiveSeeds(seed: number, count: number): number[] {
	return Array.from({ length: count }, (_, i) => (seed + i) % (MAX_SEED + 1));
}
