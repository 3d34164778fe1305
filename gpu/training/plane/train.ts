/** Trains the network over points in the plane, within seconds. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Device } from '../../device.ts';
import { TorchGenerator } from '../../diffusion/noise.ts';
import { PLANE_SCHEDULE } from '../../diffusion/plane-schedule.ts';
import { TRAINED_TIMESTEPS } from '../../diffusion/schedule.ts';
import { TOY_BATCH, type ToyMethod, type ToyShape } from '../../jobs/index.ts';
import { planeMlp } from '../../models/plane/mlp.ts';
import { diffusionExamples, flowExamples } from '../examples.ts';
import { learningRateAt } from '../learning-rate.ts';
import { streamSeed, uniforms } from '../streams.ts';
import { type Batch, openTrainer } from '../trainer.ts';
import type { NamedArrays } from '../trainer-state.ts';
import { drawShape } from './shapes.ts';

/** At 1e-2 some seeds diverge; at 1e-3 the checkerboard's squares are not sharp yet after 2,000 steps. */
const LEARNING_RATE = 1e-2;

export interface PlaneTraining {
	readonly method: ToyMethod;
	readonly shape: ToyShape;
	readonly steps: number;
	/** 0..2^32 − 1. */
	readonly seed: number;
	readonly device: Device;
	/** Once aborted, the training throws the signal's reason within a step. */
	readonly signal: AbortSignal;
	/** Called after every step. `weights` returns the parameters at that point. */
	onStep(step: number, weights: () => Promise<NamedArrays>): Promise<void>;
}

/** Returns the parameters of the trained network. The same options give the same parameters. */
export async function trainPlane(options: PlaneTraining): Promise<NamedArrays> {
	const { method, steps, seed, device, signal } = options;
	const plan = { batchSize: TOY_BATCH, epochs: 1, steps, learningRate: LEARNING_RATE, decay: 'cosine' } as const;
	const trainer = await openTrainer(planeMlp(), { batchSize: TOY_BATCH, device, start: { seed } });
	const weights = async () => (await trainer.state()).parameters;
	try {
		for (let step = 0; step < steps; step++) {
			signal.throwIfAborted();
			// Never the same points twice: what is learned is the distribution.
			const data = drawShape(options.shape, TOY_BATCH, streamSeed(seed, 'points', step)).data;
			await trainer.steps([EXAMPLES[method](data, seed, step)], [learningRateAt(step, plan, TOY_BATCH)]);
			await options.onStep(step + 1, weights);
			await breathe(); // a step blocks this thread, so messages only arrive now
		}
		return await weights();
	} finally {
		await trainer.close();
	}
}

/** Makes a batch from data [B, 2]; the methods differ in nothing else. */
const EXAMPLES: Readonly<Record<ToyMethod, (data: Float32Array, seed: number, step: number) => Batch>> = {
	ddpm: (data, seed, step) => {
		const uniform = uniforms(seed, 'timesteps', step);
		const timesteps = Array.from({ length: TOY_BATCH }, () => Math.floor(uniform() * TRAINED_TIMESTEPS));
		return diffusionExamples(data, noiseOf(seed, step), timesteps, PLANE_SCHEDULE);
	},
	flow: (data, seed, step) => {
		const times = Float32Array.from({ length: TOY_BATCH }, uniforms(seed, 'timesteps', step));
		return flowExamples(data, noiseOf(seed, step), times);
	},
};

const noiseOf = (seed: number, step: number) =>
	new TorchGenerator(streamSeed(seed, 'noise', step)).randn([TOY_BATCH, 2]).data;
