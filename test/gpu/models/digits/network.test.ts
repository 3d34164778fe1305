import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { DIGIT_MODELS } from '../../../../gpu/jobs/index.ts';
import { digitJudge } from '../../../../gpu/models/digits/judge.ts';
import { openDigitNetwork } from '../../../../gpu/models/digits/network.ts';
import { digitUnet } from '../../../../gpu/models/digits/unet.ts';
import { type Tensor, tensor } from '../../../../gpu/tensor/tensor.ts';
import { initialState } from '../../../../gpu/training/initial.ts';
import { relativeRms } from '../safetensors-files.ts';
import { GOLDEN_BATCH, GOLDEN_HIDDEN, goldenBatch, goldenTensors } from './golden.ts';

const DEVICE = { provider: 'cpu', threads: 1 } as const;

/** The first `count` examples of goldenBatch. */
function inputs(count: number) {
	const { x, t, c } = goldenBatch('class');
	const rows = (data: Float32Array, shape: readonly number[]): Tensor =>
		tensor(data.slice(0, (count * data.length) / GOLDEN_BATCH), [count, ...shape]);
	return { x: rows(x, [1, 28, 28]), t: rows(t!, [1]), c: rows(c!, [10]) };
}

describe.each(DIGIT_MODELS)('%s', (kind) => {
	test('agrees with PyTorch’s evaluation mode, in batches of any size', async () => {
		const { tensors, output: expected } = goldenTensors(kind);
		const network = await openDigitNetwork(digitUnet(kind, GOLDEN_HIDDEN), tensors, DEVICE);
		for (const count of [1, 2, 5]) {
			const { output } = await network.run(inputs(count));
			expect(output.shape).toEqual([count, 1, 28, 28]);
			const size = Math.min(output.data.length, expected.length);
			expect(relativeRms(output.data.slice(0, size), expected.slice(0, size))).toBeLessThan(1e-5);
		}
		await network.close();
	});
});

test('the judge returns logits and features', async () => {
	const definition = digitJudge();
	const { parameters, statistics } = initialState(definition, 0);
	const judge = await openDigitNetwork(definition, { ...parameters, ...statistics }, DEVICE);
	const { output, features } = await judge.run({ x: inputs(3).x });
	await judge.close();
	expect([output.shape, features?.shape]).toEqual([
		[3, 10],
		[3, 128],
	]);
	// The logits are a linear function of the features.
	const [weight, bias] = [parameters['head.weight'], parameters['head.bias']];
	for (let digit = 0; digit < 10; digit++) {
		const row = features!.data.slice(0, 128).reduce((sum, value, i) => sum + value * weight[128 * digit + i], 0);
		expect(output.data[digit]).toBeCloseTo(row + bias[digit], 4);
	}
});

describe('tensors of another network are named', () => {
	const open = (change: (tensors: Record<string, Float32Array>) => void) => {
		const { tensors } = goldenTensors('time');
		change(tensors);
		return openDigitNetwork(digitUnet('time', GOLDEN_HIDDEN), tensors, DEVICE);
	};

	test.each<[string, (tensors: Record<string, Float32Array>) => void, string]>([
		['missing', (tensors) => delete tensors['up1.up.bn.running_var'], 'tensor "up1.up.bn.running_var" is missing'],
		[
			'of another size',
			(tensors) => {
				tensors['fc1_t.fc1.weight'] = new Float32Array(3);
			},
			'tensor "fc1_t.fc1.weight" has 3 values, expected 8 for [8, 1]',
		],
		[
			'too many',
			(tensors) => {
				tensors['fc1_c.fc1.weight'] = new Float32Array(80);
			},
			'tensor "fc1_c.fc1.weight" is not part of this network',
		],
	])('%s', async (_, change, message) => {
		await expect(open(change)).rejects.toThrow(new ModelError(`digit_unet_time_4: ${message}`));
	});

	test('a missing input throws', async () => {
		const network = await open(() => {});
		await expect(network.run({ x: inputs(1).x })).rejects.toThrow('input "t" is missing');
		await network.close();
	});
});
