/** The contracts of networks that draw and read digits, and the trained networks behind them. */
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../../diffusion/digit-schedule.ts';
import type { Estimate } from '../../diffusion/estimate.ts';
import type { Schedule } from '../../diffusion/schedule.ts';
import { map, sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { Batcher } from '../batching/batcher.ts';
import { BATCH_SIZES, type DigitNetwork } from './network.ts';
import { CLASSES, DIGIT_SIZE } from './unet.ts';

/** Shape of a digit: [C, H, W], values in [0, 1]. */
export const DIGIT_SHAPE = [1, DIGIT_SIZE, DIGIT_SIZE] as const;

/** A network that predicts the noise in digits. Batches by itself, like models/denoiser.ts. */
export interface DigitDenoiser {
	readonly schedule: Schedule;
	/**
	 * The noise in `x` ([1, 28, 28]) at timestep `t` (0..T − 1), conditioned on `digit`; absent: unconditional.
	 *
	 * The variance is 1 everywhere, the upper end of the learned range, so a step adds √β_t z, as in the course.
	 */
	predict(x: Tensor, t: number, digit?: number): Promise<Estimate>;
}

/** A network that predicts the velocity towards digits. Batches by itself, like models/denoiser.ts. */
export interface DigitFlow {
	/** The velocity at `x` ([1, 28, 28]) and time `t` in 0..1, towards `digit`; absent: towards any. */
	velocity(x: Tensor, t: number, digit?: number): Promise<Tensor>;
}

/** A network that removes the noise from a digit in one step. */
export interface OneStepDenoiser {
	/** The clean digit in `x`, both [1, 28, 28]. */
	clean(x: Tensor): Promise<Tensor>;
}

/** A network that reads digits. */
export interface DigitJudge {
	/** The probability of each digit in `x` ([1, 28, 28]): [10]. */
	read(x: Tensor): Promise<Tensor>;
}

/** One picture on its way through a network. */
interface Call {
	readonly x: Tensor;
	/** The time that the network receives: 0..1. */
	readonly time: number;
	readonly digit?: number;
}

/** @param network a trained `time` or `class` UNet; the first ignores digits */
export function asDigitDenoiser(network: DigitNetwork): DigitDenoiser {
	const ask = batched(network);
	return {
		schedule: DIGIT_SCHEDULE,
		async predict(x, t, digit) {
			const noise = await ask({ x, time: t / DIGIT_TIMESTEPS, digit }); // [1, 28, 28]
			return { noise, variance: map(noise, () => 1) };
		},
	};
}

/** @param network a trained `flow-time` or `flow-class` UNet; the first ignores digits */
export function asDigitFlow(network: DigitNetwork): DigitFlow {
	const ask = batched(network);
	return { velocity: (x, t, digit) => ask({ x, time: t, digit }) };
}

/** @param network a trained `denoiser` UNet */
export function asOneStepDenoiser(network: DigitNetwork): OneStepDenoiser {
	const ask = batched(network);
	return { clean: (x) => ask({ x, time: 0 }) };
}

/** @param network a trained judge */
export function asDigitJudge(network: DigitNetwork): DigitJudge {
	const ask = batched(network);
	return { read: async (x) => softmax(await ask({ x, time: 0 })) };
}

/** Runs the network on single pictures, batching all that are waiting. */
function batched(network: DigitNetwork): (call: Call) => Promise<Tensor> {
	const batcher = new Batcher<Call, Call, Tensor>({
		sizes: BATCH_SIZES,
		prepare: async (call) => call,
		run: async (calls) => {
			const { output } = await network.run(inputsOf(calls)); // [B, ...]
			return calls.map((_, i) => row(output, i));
		},
	});
	return (call) => batcher.submit(call);
}

/** x [B, 1, 28, 28], the time [B, 1], and the class as one-hot [B, 10]; a network uses those that it has. */
function inputsOf(calls: readonly Call[]) {
	const size = sizeOf(DIGIT_SHAPE);
	const x = new Float32Array(calls.length * size);
	const c = new Float32Array(calls.length * CLASSES);
	for (const [i, call] of calls.entries()) {
		x.set(call.x.data, i * size);
		if (call.digit !== undefined) c[i * CLASSES + call.digit] = 1;
	}
	const t = Float32Array.from(calls, (call) => call.time);
	return {
		x: tensor(x, [calls.length, ...DIGIT_SHAPE]),
		t: tensor(t, [calls.length, 1]),
		c: tensor(c, [calls.length, CLASSES]),
	};
}

function row({ data, shape: [, ...shape] }: Tensor, index: number): Tensor {
	const size = sizeOf(shape);
	return tensor(data.slice(index * size, (index + 1) * size), shape);
}

function softmax(logits: Tensor): Tensor {
	const most = Math.max(...logits.data);
	const powers = map(logits, (logit) => Math.exp(logit - most));
	const total = powers.data.reduce((sum, power) => sum + power, 0);
	return map(powers, (power) => power / total);
}
