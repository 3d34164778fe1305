/**
 * What a network sees in each step. A batch depends only on the seed and its step number, so a training that resumes from a
 * checkpoint sees what it would have seen.
 */
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../diffusion/digit-schedule.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { DENOISER_SIGMA, type DenoiserInput, type DigitModel, stepsPerEpoch, UNTOLD_SHARE } from '../jobs/index.ts';
import { CLASSES } from '../models/digits/unet.ts';
import { diffusionExamples, flowExamples } from './examples.ts';
import { DIGIT_AREA, type Digits } from './mnist.ts';
import { streamSeed, uniforms } from './streams.ts';
import type { Batch } from './trainer.ts';

/** What to learn; `judge`: which digit a picture shows. */
export type Task = DigitModel | 'judge';

export interface BatchOptions {
	readonly task: Task;
	/** Only for the denoiser; absent: digit. */
	readonly input?: DenoiserInput;
	readonly batchSize: number;
	/** 0..2^32 − 1. */
	readonly seed: number;
}

/**
 * The batch of each step, counted from 0. Every epoch shuffles all digits again and skips the last ones that do not fill a
 * batch (up to batchSize − 1 of them), since a training graph has one batch size.
 *
 * @throws {RangeError} if the digits do not fill a batch
 */
export function batchesOf(digits: Digits, { task, input, batchSize, seed }: BatchOptions): (step: number) => Batch {
	const perEpoch = stepsPerEpoch({ batchSize }, digits.count);
	if (perEpoch === 0) throw new RangeError(`batchesOf: ${digits.count} digits fill no batch of ${batchSize}`);
	const makeBatch = input === 'noise' ? fromNoise : BATCHES[task];
	let order = { epoch: -1, indices: new Uint32Array() };
	return (step) => {
		const epoch = Math.floor(step / perEpoch);
		if (order.epoch !== epoch) order = { epoch, indices: shuffled(digits.count, uniforms(seed, 'order', epoch)) };
		const start = (step % perEpoch) * batchSize;
		const indices = order.indices.subarray(start, start + batchSize);
		return makeBatch(gather(digits, indices), oneHot(digits, indices), seed, step);
	};
}

/** x0: the clean digits, [B, 1, 28, 28]; labels: one-hot, [B, 10]. */
type MakeBatch = (x0: Float32Array, labels: Float32Array, seed: number, step: number) => Batch;

const BATCHES: Readonly<Record<Task, MakeBatch>> = {
	/** Exercise 1.2.1: z = x0 + σε, with target x0. */
	denoiser: (x0, _, seed, step) => {
		const noise = noiseOf(x0, seed, step);
		return { x: x0.map((value, i) => value + DENOISER_SIGMA * noise[i]), target: x0 };
	},
	/** At a random timestep for each digit. */
	time: (x0, _, seed, step) => {
		const uniform = uniforms(seed, 'timesteps', step);
		const timesteps = Array.from({ length: x0.length / DIGIT_AREA }, () => Math.floor(uniform() * DIGIT_TIMESTEPS));
		return diffusionExamples(x0, noiseOf(x0, seed, step), timesteps, DIGIT_SCHEDULE);
	},
	class: (x0, labels, seed, step) => ({ ...BATCHES.time(x0, labels, seed, step), c: mostly(labels, seed, step) }),
	/** At a random time for each digit. */
	'flow-time': (x1, _, seed, step) => {
		const uniform = uniforms(seed, 'timesteps', step);
		return flowExamples(x1, noiseOf(x1, seed, step), Float32Array.from({ length: x1.length / DIGIT_AREA }, uniform));
	},
	'flow-class': (x1, labels, seed, step) => ({
		...BATCHES['flow-time'](x1, labels, seed, step),
		c: mostly(labels, seed, step),
	}),
	judge: (x0, labels) => ({ x: x0, target: labels }),
};

/** Exercise 1.2.3 of 2025: ε, with a digit as target that it says nothing about. */
const fromNoise: MakeBatch = (x0, _, seed, step) => ({ x: noiseOf(x0, seed, step), target: x0 });

/** The labels, some of them zeroed for guidance (Ho & Salimans 2022, algorithm 1). */
function mostly(labels: Float32Array, seed: number, step: number): Float32Array {
	const uniform = uniforms(seed, 'drop', step);
	const told = Float32Array.from({ length: labels.length / CLASSES }, () => (uniform() < UNTOLD_SHARE ? 0 : 1));
	return labels.map((value, i) => value * told[Math.floor(i / CLASSES)]);
}

/** Noise drawn afresh for each batch: digits get different noise in later epochs. */
function noiseOf({ length }: Float32Array, seed: number, step: number): Float32Array {
	return new TorchGenerator(streamSeed(seed, 'noise', step)).randn([length]).data;
}

/** The Fisher–Yates shuffle of 0..count − 1. */
function shuffled(count: number, uniform: () => number): Uint32Array<ArrayBuffer> {
	const indices = Uint32Array.from({ length: count }, (_, i) => i);
	for (let i = count - 1; i > 0; i--) {
		const j = Math.floor(uniform() * (i + 1));
		[indices[i], indices[j]] = [indices[j], indices[i]];
	}
	return indices;
}

/** Digits as pictures in [0, 1], [B, 1, 28, 28]. */
export function gather({ levels }: Digits, indices: ArrayLike<number>): Float32Array {
	const pictures = new Float32Array(indices.length * DIGIT_AREA);
	for (let n = 0; n < indices.length; n++) {
		const start = indices[n] * DIGIT_AREA;
		for (let i = 0; i < DIGIT_AREA; i++) pictures[n * DIGIT_AREA + i] = levels[start + i] / 255;
	}
	return pictures;
}

/** The digits' labels as one-hot vectors, [B, 10]. */
function oneHot({ labels }: Digits, indices: ArrayLike<number>): Float32Array {
	const classes = new Float32Array(indices.length * CLASSES);
	for (let n = 0; n < indices.length; n++) classes[n * CLASSES + labels[indices[n]]] = 1;
	return classes;
}
