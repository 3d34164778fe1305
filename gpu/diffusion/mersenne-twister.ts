/** MT19937, the 32-bit Mersenne Twister. Source: Matsumoto & Nishimura 1998; their reference code of 2002/1/26. */

const N = 624;
const M = 397;

export class MersenneTwister {
	readonly #state = new Uint32Array(N);
	#index = N;

	/** `seed` in 0..2^32 − 1 (init_genrand). */
	constructor(seed: number) {
		this.#state[0] = seed;
		for (let i = 1; i < N; i++) {
			const previous = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30);
			this.#state[i] = Math.imul(1812433253, previous) + i;
		}
	}

	/** The next integer, uniform in 0..2^32 − 1 (genrand_int32). */
	next(): number {
		if (this.#index === N) this.#twist();
		let y = this.#state[this.#index++];
		y ^= y >>> 11;
		y ^= (y << 7) & 0x9d2c5680;
		y ^= (y << 15) & 0xefc60000;
		y ^= y >>> 18;
		return y >>> 0;
	}

	/** Generates the next N words of state. */
	#twist(): void {
		const state = this.#state;
		// Three stretches take the index modulo N: a division for every word would be most of the work.
		for (let i = 0; i < N - M; i++) state[i] = state[i + M] ^ mixed(state[i], state[i + 1]);
		for (let i = N - M; i < N - 1; i++) state[i] = state[i + M - N] ^ mixed(state[i], state[i + 1]);
		state[N - 1] = state[M - 1] ^ mixed(state[N - 1], state[0]);
		this.#index = 0;
	}
}

/** The top bit of one word joined to the other bits of the next, times the matrix A. */
function mixed(word: number, next: number): number {
	const y = (word & 0x80000000) | (next & 0x7fffffff);
	return (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
}
