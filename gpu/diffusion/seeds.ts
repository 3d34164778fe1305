/** Seeds for the pictures of one job. */

/** The largest seed: PyTorch's manual_seed takes more, but its mt19937 engine keeps only 32 bits. */
export const MAX_SEED = 2 ** 32 - 1;

/** `count` consecutive seeds from `seed`; 0 follows the largest. */
export function consecutiveSeeds(seed: number, count: number): number[] {
	return Array.from({ length: count }, (_, i) => (seed + i) % (MAX_SEED + 1));
}
