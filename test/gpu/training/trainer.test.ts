import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { FLOW_MODELS } from '../../../gpu/jobs/index.ts';
import { initialState } from '../../../gpu/training/initial.ts';
import { openTrainer } from '../../../gpu/training/trainer.ts';
import type { TrainerState } from '../../../gpu/training/trainer-state.ts';
import { GOLDEN_BATCH, golden, goldenBatch, goldenDefinition, goldenTensors } from '../models/digits/golden.ts';
import {
	expectPyTorch,
	expectPyTorchGradients,
	expectSameAtOnce,
	GOLDEN_NETWORKS,
	trainGolden,
} from './golden-training.ts';

describe.each(GOLDEN_NETWORKS)('%s', (kind) => {
	test('initialises like PyTorch, bit for bit', () => {
		const hash = createHash('sha256');
		const { parameters } = initialState(goldenDefinition(kind), golden.seed);
		for (const { name } of goldenDefinition(kind).parameters) hash.update(parameters[name]);
		expect(hash.digest('hex')).toBe(golden.networks[kind].startSha256);
	});

	test("has PyTorch's losses and final tensors", async () => {
		const { losses, state } = await trainGolden(kind, golden.networks[kind].losses.length);
		expect(losses).toHaveLength(20);
		expectPyTorch(kind, losses);
		if (kind === 'judge') return;
		const { tensors } = goldenTensors(kind);
		const ours = { ...state.parameters, ...state.statistics };
		expect(Object.keys(ours).sort()).toEqual(Object.keys(tensors).sort());
		for (const [name, values] of Object.entries(ours)) {
			expect(Math.max(...values.map((value, i) => Math.abs(value - tensors[name][i]))), name).toBeLessThan(5e-5);
		}
	});
});

test.each(FLOW_MODELS)("%s has PyTorch's gradients", (kind) => expectPyTorchGradients(kind));

describe('a trainer', () => {
	test('resumes from a state to the same numbers', async () => {
		const whole = await trainGolden('time', 6);
		const first = await trainGolden('time', 3);
		const second = await trainGolden('time', 3, { start: { state: first.state } });
		expect([...first.losses, ...second.losses]).toEqual(whole.losses);
		expect(second.state).toEqual(whole.state);
		expect(whole.state.steps).toBe(6);
	});

	test('takes many steps at once like one after the other', () => expectSameAtOnce());

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
		const at = async (steps: number) => (await trainGolden('denoiser', steps, { ema })).state;
		const states = [await at(0), await at(1), await at(2)];
		const expected = states[0].parameters[name].map((start, i) => {
			const first = ema * start + (1 - ema) * states[1].parameters[name][i];
			return ema * first + (1 - ema) * states[2].parameters[name][i];
		});
		expect(states[0].average).toEqual(states[0].parameters);
		for (const [i, value] of states[2].average![name].entries()) expect(value).toBeCloseTo(expected[i], 6);
		expect((await trainGolden('denoiser', 1)).state.average).toBeUndefined();
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
		await expect(trainGolden('time', 0, { start: { state } })).rejects.toThrow(
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
