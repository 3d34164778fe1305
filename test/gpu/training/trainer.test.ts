import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../../gpu/device.ts';
import { ModelError } from '../../../gpu/errors.ts';
import { DIGIT_MODELS, FLOW_MODELS } from '../../../gpu/jobs/index.ts';
import { initialState } from '../../../gpu/training/initial.ts';
import { openTrainer, type TrainerOptions } from '../../../gpu/training/trainer.ts';
import type { TrainerState } from '../../../gpu/training/trainer-state.ts';
import {
	GOLDEN_BATCH,
	type GoldenNetwork,
	golden,
	goldenBatch,
	goldenDefinition,
	goldenGradients,
	goldenTensors,
} from '../models/digits/golden.ts';
import { relativeRms } from '../models/safetensors-files.ts';

const NETWORKS: readonly GoldenNetwork[] = [...DIGIT_MODELS, 'judge'];
const PROVIDERS: readonly Provider[] = ['cpu', 'webgpu', 'cuda'];

/** Takes steps on goldenBatch, and returns their losses and the final state. */
async function train(kind: GoldenNetwork, steps: number, options: Partial<TrainerOptions> = {}) {
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

describe.each(NETWORKS)('%s', (kind) => {
	test('initialises like PyTorch, bit for bit', () => {
		const hash = createHash('sha256');
		const { parameters } = initialState(goldenDefinition(kind), golden.seed);
		for (const { name } of goldenDefinition(kind).parameters) hash.update(parameters[name]);
		expect(hash.digest('hex')).toBe(golden.networks[kind].startSha256);
	});

	/** Checks losses from the first step on. */
	function expectPyTorch(losses: readonly number[]): void {
		const expected = golden.networks[kind].losses;
		for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(1e-5);
	}

	// Every loss depends on all parameters as the steps before it left them.
	test.each(['webgpu', 'cuda'] as const)("has PyTorch's losses (%s)", async (lowerFor) => {
		const { losses } = await train(kind, 6, { lowerFor });
		expect(losses).toHaveLength(6);
		expectPyTorch(losses);
	});

	test("has PyTorch's losses and final tensors", async () => {
		const { losses, state } = await train(kind, golden.networks[kind].losses.length);
		expect(losses).toHaveLength(20);
		expectPyTorch(losses);
		if (kind === 'judge') return;
		const { tensors } = goldenTensors(kind);
		const ours = { ...state.parameters, ...state.statistics };
		expect(Object.keys(ours).sort()).toEqual(Object.keys(tensors).sort());
		for (const [name, values] of Object.entries(ours)) {
			expect(Math.max(...values.map((value, i) => Math.abs(value - tensors[name][i]))), name).toBeLessThan(5e-5);
		}
	});
});

describe.each(FLOW_MODELS)('%s', (kind) => {
	test.each(PROVIDERS)("has PyTorch's gradients (%s)", async (lowerFor) => {
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
	});
});

describe('a trainer', () => {
	test('resumes from a state to the same numbers', async () => {
		const whole = await train('time', 6);
		const first = await train('time', 3);
		const second = await train('time', 3, { start: { state: first.state } });
		expect([...first.losses, ...second.losses]).toEqual(whole.losses);
		expect(second.state).toEqual(whole.state);
		expect(whole.state.steps).toBe(6);
	});

	test.each(PROVIDERS)('takes many steps at once like one after the other (%s)', async (lowerFor) => {
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
	});

	test('returns a copy of its state', async () => {
		const definition = goldenDefinition('denoiser');
		const device = { provider: 'cpu', threads: 1 } as const;
		const start = initialState(definition, 1);
		const trainer = await openTrainer(definition, { batchSize: GOLDEN_BATCH, device, start: { state: start } });
		const before = await trainer.state();
		expect(before).toEqual(start);
		for (let i = 0; i < 2; i++) await trainer.steps([goldenBatch('denoiser')], [1e-3]);
		expect(before).toEqual(start);
		expect(start).toEqual(initialState(definition, 1));
		expect(await trainer.state()).not.toEqual(before);
		await trainer.close();
	});

	test('keeps a moving average of the parameters', async () => {
		const name = 'final_conv.weight';
		const ema = 0.75;
		const at = async (steps: number) => (await train('denoiser', steps, { ema })).state;
		const states = [await at(0), await at(1), await at(2)];
		const expected = states[0].parameters[name].map((start, i) => {
			const first = ema * start + (1 - ema) * states[1].parameters[name][i];
			return ema * first + (1 - ema) * states[2].parameters[name][i];
		});
		expect(states[0].average).toEqual(states[0].parameters);
		for (const [i, value] of states[2].average![name].entries()) expect(value).toBeCloseTo(expected[i], 6);
		expect((await train('denoiser', 1)).state.average).toBeUndefined();
	});

	test('changes nothing at a learning rate of 0, but counts steps', async () => {
		const definition = goldenDefinition('denoiser');
		const device = { provider: 'cpu', threads: 1 } as const;
		const trainer = await openTrainer(definition, { batchSize: GOLDEN_BATCH, device, start: { seed: 3 } });
		await trainer.steps([goldenBatch('denoiser')], [0]);
		const { parameters, steps, firstMoments } = await trainer.state();
		await trainer.close();
		expect(parameters).toEqual(initialState(definition, 3).parameters);
		expect(steps).toBe(1);
		expect(firstMoments['final_conv.bias'][0]).not.toBe(0);
	});

	test('names a tensor that another network’s state lacks', async () => {
		const state: TrainerState = initialState(goldenDefinition('denoiser'), 0);
		await expect(train('time', 0, { start: { state } })).rejects.toThrow(
			new ModelError('digit_unet_time_4, parameters: tensor "fc1_t.fc1.weight" is missing'),
		);
	});

	test('names an input that a batch lacks', async () => {
		const definition = goldenDefinition('time');
		const device = { provider: 'cpu', threads: 1 } as const;
		const trainer = await openTrainer(definition, { batchSize: GOLDEN_BATCH, device, start: { seed: 0 } });
		await expect(trainer.steps([{ ...goldenBatch('time'), t: undefined }], [1e-3])).rejects.toThrow(
			'the batch lacks "t"',
		);
		await expect(trainer.steps([{ ...goldenBatch('time'), t: new Float32Array(2) }], [1e-3])).rejects.toThrow(
			'shape [6,1] needs 6 values, got 2',
		);
		await trainer.close();
	});
});
