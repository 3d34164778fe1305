/** Random orders that never change, so that a view means the same in every job. */
import { MersenneTwister } from '../diffusion/mersenne-twister.ts';

/** The seed of every view that shuffles: that of the authors' jigsaw. */
export const SHUFFLE_SEED = 4522;

/**
 * `numpy.random.RandomState(seed).permutation`: each call returns the numbers 0..count − 1 in a new random order (Fisher &
 * Yates, with bounded draws by masking and rejection).
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
