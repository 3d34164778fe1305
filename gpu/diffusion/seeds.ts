/** The seeds of several pictures of one job. */

/** Seeds are PyTorch's manual_seed over the range that its mt19937 engine keeps whole. */
export const MAX_SEED = 2 ** 32 - 1;

/** `count` seeds from `seed` on; after the largest comes 0. */
export function consecutiveSeeds(seed: number, count: number): number[] {
	return Array.from({ length: count }, (_, i) => (seed + i) % (MAX_SEED + 1));
}
