/** Random orders that are the same everywhere and for ever, so that a view means the same in every job. */
import { MersenneTwister } from '../diffusion/mersenne-twister.ts';

/** Seeds every view that shuffles: the seed of the authors' jigsaw. */
export const SHUFFLE_SEED = 4522;

/**
 * `numpy.random.RandomState(seed).permutation`: every call gives the numbers 0..count − 1 in a new random order
 * (Fisher & Yates, drawing below a bound by masking and rejecting).
 *
 * @param seed 0..2^32 − 1
 */
export function shuffler(seed: number): (count: number) => Int32Array {
	const engine = new MersenneTwister(seed);
	const upTo = (most: number) => {
		const mask = 2 ** Math.ceil(Math.log2(most + 1)) - 1;
		for (;;) {
			const value = engine.next() & mask;
			if (value <= most) return value;
		}
	};
	return (count) => {
		const order = Int32Array.from({ length: count }, (_, i) => i);
		for (let i = count - 1; i > 0; i--) {
			const j = upTo(i);
			[order[i], order[j]] = [order[j], order[i]];
		}
		return order;
	};
}
