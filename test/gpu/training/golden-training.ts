/** Trains the digit networks and compares them with PyTorch's results. */
import { expect } from 'vitest';
import type { Provider } from '../../../gpu/device.ts';
import { DIGIT_MODELS, type FlowModel } from '../../../gpu/jobs/index.ts';
import { openTrainer, type TrainerOptions } from '../../../gpu/training/trainer.ts';
import {
	GOLDEN_BATCH,
	type GoldenNetwork,
	golden,
	goldenBatch,
	goldenDefinition,
	goldenGradients,
} from '../models/digits/golden.ts';
import { relativeRms } from '../models/safetensors-files.ts';

export const GOLDEN_NETWORKS: readonly GoldenNetwork[] = [...DIGIT_MODELS, 'judge'];

/** Takes steps on goldenBatch, and returns their losses and the final state. */
export async function trainGolden(kind: GoldenNetwork, steps: number, options: Partial<TrainerOptions> = {}) {
	const trainer = await openTrainer(goldenDefinition(kind), {
		batchSize: GOLDEN_BATCH,
		device: { provider: 'cpu', threads: 1 },
		start: { seed: golden.seed },
		loss: kind === 'judge' ? 'cross-entropy' : 'mse',
		...options,
	});
	const losses: number[] = [];
	for (let i = 0; i < steps; i++) losses.push(...(await trainer.steps([goldenBatch(kind)], [golden.learningRate])));
	const state = await trainer.state();
	await trainer.close();
	return { losses, state };
}

/** Checks losses from the first step on. */
export function expectPyTorch(kind: GoldenNetwork, losses: readonly number[]): void {
	const expected = golden.networks[kind].losses;
	for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(1e-5);
}

/** @param lowerFor the device that the graph is lowered for; absent: the CPU */
export async function expectPyTorchGradients(kind: FlowModel, lowerFor?: Provider): Promise<void> {
	const options = { batchSize: GOLDEN_BATCH, device: { provider: 'cpu', threads: 1 }, lowerFor } as const;
	const trainer = await openTrainer(goldenDefinition(kind), { ...options, start: { seed: golden.seed } });
	await trainer.steps([goldenBatch(kind)], [0]);
	const { firstMoments } = await trainer.state();
	await trainer.close();
	const expected = goldenGradients(kind);
	const trained = goldenDefinition(kind).parameters.filter((parameter) => parameter.trained);
	expect(trained.length).toBeGreaterThan(50);
	// Adam's first moment is a tenth of the first gradient.
	for (const { name } of trained) {
		const gradient = firstMoments[name].map((value) => 10 * value);
		expect(relativeRms(gradient, expected[name]), name).toBeLessThan(1e-4);
	}
}

/** Checks that steps taken in one call have the losses and the state of steps taken one by one. */
export async function expectSameAtOnce(lowerFor?: Provider): Promise<void> {
	const definition = goldenDefinition('class');
	const device = { provider: 'cpu', threads: 1 } as const;
	const batches = [0, 1, 2].map((step) => {
		const { x, ...rest } = goldenBatch('class');
		return { ...rest, x: x.map((value, i) => value + 0.1 * step * Math.sin(i)) };
	});
	const rates = [1e-3, 2e-3, 5e-4];
	const train = async (runs: readonly (readonly number[])[]) => {
		const options = { batchSize: GOLDEN_BATCH, device, start: { seed: 0 }, ema: 0.9, lowerFor };
		const trainer = await openTrainer(definition, options);
		const losses: number[] = [];
		for (const steps of runs) {
			losses.push(
				...(await trainer.steps(
					steps.map((i) => batches[i]),
					steps.map((i) => rates[i]),
				)),
			);
		}
		const state = await trainer.state();
		await trainer.close();
		return { losses, state };
	};
	const single = await train([[0], [1], [2]]);
	expect(new Set(single.losses).size).toBe(3);
	expect(single.state.steps).toBe(3);
	expect(await train([[0, 1, 2]])).toEqual(single);
	expect(await train([[0, 1], [2]])).toEqual(single);
}
