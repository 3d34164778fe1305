/** Independent random numbers for every purpose and step, so that any step can be repeated without those before it. */
import { MersenneTwister } from '../diffusion/mersenne-twister.ts';

/** What random numbers are for; the values keep the streams of a seed apart. */
const PURPOSES = { order: 1, noise: 2, timesteps: 3, drop: 4, points: 5 } as const;
type Purpose = keyof typeof PURPOSES;

/** The seed of a stream, 0..2^32 − 1. */
export function streamSeed(seed: number, purpose: Purpose, index: number): number {
	return scatter(scatter(scatter(seed) + PURPOSES[purpose]) + index);
}

/** A stream's uniform numbers in [0, 1). */
export function uniforms(seed: number, purpose: Purpose, index: number): () => number {
	const engine = new MersenneTwister(streamSeed(seed, purpose, index));
	return () => engine.next() / 2 ** 32;
}

/** A bijection of 32-bit numbers in which any change flips half of the bits: MurmurHash3's finaliser. */
function scatter(value: number): number {
	let x = value >>> 0;
	x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
	x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
	return (x ^ (x >>> 16)) >>> 0;
}
