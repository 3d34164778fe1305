/**
 * Standard normal noise, float for float the same as PyTorch's CPU generator (aten/src/ATen/native/cpu/DistributionTemplates.h
 * and aten/src/ATen/core/DistributionsHelper.h), so that this program agrees with a notebook that draws on the CPU.
 */
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts';
import { MersenneTwister } from './mersenne-twister.ts';
import { MAX_SEED } from './seeds.ts';

/** Where a sampler gets its noise: independent draws from N(0, 1). */
export interface NoiseSource {
	randn(shape: readonly number[]): Tensor;
}

/** PyTorch draws fewer values than this one by one in double precision, and this many or more in blocks of this size. */
const BLOCK = 16;

const TWO_PI = Math.fround(2 * Math.PI);

/** π less its value in double precision. */
const PI_REST = 1.2246467991473532e-16;

export class TorchGenerator implements NoiseSource {
	readonly #engine: MersenneTwister;
	/** The unused second value of the one-by-one path's last Box-Muller pair. */
	#spare: number | undefined;

	/** `torch.manual_seed(seed)`; seed in 0..2^32 − 1, the range in which the engine keeps every bit. */
	constructor(seed: number) {
		if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
			throw new RangeError(`seed must be an integer in 0..${MAX_SEED}, got ${seed}`);
		}
		this.#engine = new MersenneTwister(seed);
	}

	/** `torch.randn(shape)`. Consecutive calls continue the stream as consecutive calls in PyTorch do. */
	randn(shape: readonly number[]): Tensor {
		const size = sizeOf(shape);
		const data = size < BLOCK ? Float32Array.from({ length: size }, () => this.#normal()) : this.#blocks(size);
		return tensor(data, shape);
	}

	/** `torch.empty(shape).uniform_(from, to)`: in [from, to), in fp32. */
	uniform(shape: readonly number[], from: number, to: number): Tensor {
		const data = new Float32Array(sizeOf(shape));
		const start = Math.fround(from);
		const range = Math.fround(Math.fround(to) - start);
		// The product is exact in double precision, so there is one rounding in all, as in a fused multiply-add.
		for (let i = 0; i < data.length; i++) data[i] = this.#uniform24() * range + start;
		return tensor(data, shape);
	}

	/** Uniforms for the whole array first, then Box-Muller per block; an incomplete last block is redrawn. */
	#blocks(size: number): Float32Array {
		const data = new Float32Array(size);
		for (let i = 0; i < size; i++) data[i] = this.#uniform24();
		for (let start = 0; start + BLOCK <= size; start += BLOCK) boxMuller(data, start);
		if (size % BLOCK !== 0) {
			const last = size - BLOCK;
			for (let i = last; i < size; i++) data[i] = this.#uniform24();
			boxMuller(data, last);
		}
		return data;
	}

	/** One normal value in double precision; every second call returns the other half of the pair. */
	#normal(): number {
		if (this.#spare !== undefined) {
			const spare = this.#spare;
			this.#spare = undefined;
			return spare;
		}
		const theta = 2 * Math.PI * this.#uniform53();
		const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
		this.#spare = radius * Math.sin(theta);
		return radius * Math.cos(theta);
	}

	/** Uniform in [0, 1) with the 24 bits of a float's significand. */
	#uniform24(): number {
		return (this.#engine.next() & 0xffffff) / 2 ** 24;
	}

	/** Uniform in [0, 1) with the 53 bits of a double's significand: the high word is drawn first. */
	#uniform53(): number {
		const high = this.#engine.next() & 0x1fffff;
		return (high * 2 ** 32 + this.#engine.next()) / 2 ** 53;
	}
}

/**
 * Turns the sixteen uniforms from `start` on into normals, in place: entry j gives a pair's radius and j + 8 its angle. Rounds to
 * fp32.
 */
function boxMuller(data: Float32Array, start: number): void {
	for (let first = start; first < start + BLOCK / 2; first++) {
		const second = first + BLOCK / 2;
		const radius = Math.fround(Math.sqrt(Math.fround(-2 * Math.fround(Math.log(1 - data[first])))));
		const theta = Math.fround(TWO_PI * data[second]);
		// At a quarter of the angle from π, and doubled twice: without branches, which processors would guess wrong.
		const quarter = (theta - Math.PI - PI_REST) / 4; // in ±π/4
		const [sin1, cos1] = [sinNearZero(quarter), cosNearZero(quarter)];
		const [sin2, cos2] = [2 * sin1 * cos1, 1 - 2 * sin1 * sin1];
		data[first] = radius * Math.fround(2 * sin2 * sin2 - 1);
		data[second] = radius * Math.fround(-2 * sin2 * cos2);
	}
}

/**
 * Sine and cosine in ±π/4 by their Taylor series, to within a rounding error. A pair takes half of the time that Math.cos and
 * Math.sin do, and for each of the 2^24 angles that it can have it gives the same floats, but 4e-16 for the sine of 0.
 */
function sinNearZero(x: number): number {
	const z = x * x;
	const tail = 1 / 362_880 - z * (1 / 39_916_800 - z * (1 / 6_227_020_800 - z * (1 / 1_307_674_368_000)));
	return x - x * z * (1 / 6 - z * (1 / 120 - z * (1 / 5040 - z * tail)));
}

function cosNearZero(x: number): number {
	const z = x * x;
	const tail =
		1 / 40_320 - z * (1 / 3_628_800 - z * (1 / 479_001_600 - z * (1 / 87_178_291_200 - z * (1 / 20_922_789_888_000))));
	return 1 - z * (1 / 2 - z * (1 / 24 - z * (1 / 720 - z * tail)));
}
