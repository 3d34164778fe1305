/** Turns clean examples into a step's inputs and targets, for a diffusion and for a flow. */
import { alphaCumprodAt, type Schedule } from '../diffusion/schedule.ts';
import type { Batch } from './trainer.ts';

/**
 * Ho et al. 2020, algorithm 1: x_t = √ᾱ_t x0 + √(1 − ᾱ_t) ε, with target ε.
 *
 * @param x0 clean examples, [B, …]; `noise` has the same shape
 * @param timesteps one per example, 0..T − 1; the network receives t/T
 */
export function diffusionExamples(
	x0: Float32Array,
	noise: Float32Array,
	timesteps: readonly number[],
	schedule: Schedule,
): Batch {
	const size = x0.length / timesteps.length;
	const x = new Float32Array(x0.length);
	for (const [n, t] of timesteps.entries()) {
		const alphaCumprod = alphaCumprodAt(schedule, t);
		const [signal, rest] = [Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod)];
		for (let i = n * size; i < (n + 1) * size; i++) x[i] = signal * x0[i] + rest * noise[i];
	}
	return { x, target: noise, t: Float32Array.from(timesteps, (t) => t / schedule.alphasCumprod.length) };
}

/**
 * Lipman et al. 2022, eq. 23 with σ_min = 0: x_t = (1 − t) noise + t x1, with target x1 − noise.
 *
 * @param x1 clean examples, [B, …]; `noise` has the same shape
 * @param times one per example, in 0..1
 */
export function flowExamples(x1: Float32Array, noise: Float32Array, times: Float32Array): Batch {
	const size = x1.length / times.length;
	const at = (i: number) => times[Math.floor(i / size)];
	return {
		x: x1.map((value, i) => (1 - at(i)) * noise[i] + at(i) * value),
		target: x1.map((value, i) => value - noise[i]),
		t: times,
	};
}
