/**
 * The forward process q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I), as a table of ᾱ.
 * Source: Ho et al. 2020 (DDPM); the cosine schedule is Nichol & Dhariwal 2021, eq. 17.
 */
import { combine, type Tensor } from '../tensor/tensor.ts';

export interface Schedule {
	/** ᾱ_t for t = 0..T−1, fp32 as PyTorch keeps it. */
	readonly alphasCumprod: Float32Array;
	/** Dynamic thresholding (Saharia et al. 2022, section 2.3) of the implied x0; absent: none. */
	readonly thresholding?: { readonly ratio: number; readonly maxValue: number };
	/** The smallest λ = log(α/σ) at which second-order solvers start; absent: no bound. */
	readonly lambdaMinClipped?: number;
}

/** The number of timesteps that DeepFloyd IF and similar models are trained with; jobs and lists of timesteps count in them. */
export const TRAINED_TIMESTEPS = 1000;

/** Keeps any single step from destroying all of the signal; the bound of Nichol & Dhariwal and diffusers. */
const MAX_BETA = 0.999;

/** ᾱ of the cosine schedule ("squaredcos_cap_v2" in diffusers) over T timesteps. DeepFloyd IF: T = 1000. */
export function squaredcosCapV2(T: number): Float32Array {
	const alphaBar = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
	const betas = Array.from({ length: T }, (_, i) => Math.min(1 - alphaBar((i + 1) / T) / alphaBar(i / T), MAX_BETA));
	return cumulativeAlphas(betas);
}

/** ᾱ of Ho et al.'s linear schedule: β from `betaStart` to `betaEnd`, both included, over T timesteps. */
export function linear(T: number, betaStart: number, betaEnd: number): Float32Array {
	const step = (betaEnd - betaStart) / (T - 1);
	return cumulativeAlphas(Array.from({ length: T }, (_, i) => betaStart + step * i));
}

/** ᾱ_t = Π (1 − β_i), rounded where PyTorch rounds: β and α are fp32, the running product fp64, ᾱ fp32 again. */
function cumulativeAlphas(betas: readonly number[]): Float32Array {
	let product = 1;
	return Float32Array.from(betas, (beta) => {
		product *= Math.fround(1 - Math.fround(beta));
		return product;
	});
}

/** x_t = √ᾱ_t x0 + √(1 − ᾱ_t) noise, all of the same shape; t in 0..T−1. */
export function addNoise(schedule: Schedule, x0: Tensor, t: number, noise: Tensor): Tensor {
	const alphaCumprod = alphaCumprodAt(schedule, t);
	return combine(Math.sqrt(alphaCumprod), x0, Math.sqrt(1 - alphaCumprod), noise);
}

/** The clean picture that x_t and its noise imply: x0 = (x_t − √(1 − ᾱ_t) noise) / √ᾱ_t. Not clipped. */
export function impliedX0(schedule: Schedule, x: Tensor, t: number, noise: Tensor): Tensor {
	const alphaCumprod = alphaCumprodAt(schedule, t);
	return combine(1 / Math.sqrt(alphaCumprod), x, -Math.sqrt((1 - alphaCumprod) / alphaCumprod), noise);
}

/** ᾱ_t; 1 (no noise at all) for t = −1, the clean picture after the last timestep. Throws when t is outside −1..T−1. */
export function alphaCumprodAt(schedule: Schedule, t: number): number {
	if (t === -1) return 1;
	const value = schedule.alphasCumprod[t];
	if (value === undefined) {
		throw new RangeError(`timestep ${t} is outside of the schedule's 0..${schedule.alphasCumprod.length - 1}`);
	}
	return value;
}
