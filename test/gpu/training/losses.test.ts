import { expect, test } from 'vitest';
import { LOSSES } from '../../../gpu/training/losses.ts';
import { floats, runGraph } from '../onnx/run-graph.ts';

test('mse is the mean over everything', async () => {
	const { outputs } = await runGraph([floats([2, 2], [1, 2, 3, 4]), floats([2, 2], [1, 0, 0, 4])], LOSSES.mse);
	expect(outputs[0].shape).toEqual([]);
	expect(outputs[0].data[0]).toBeCloseTo(13 / 4, 6);
});

test('cross-entropy is the mean over the batch', async () => {
	const logits = [0, Math.log(3), 5, 5]; // probabilities 1/4, 3/4 and 1/2, 1/2
	const { outputs } = await runGraph(
		[floats([2, 2], logits), floats([2, 2], [0, 1, 0.5, 0.5])],
		LOSSES['cross-entropy'],
	);
	expect(outputs[0].shape).toEqual([]);
	expect(outputs[0].data[0]).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6);
});
