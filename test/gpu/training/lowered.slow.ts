/** Trains with the graphs that GPUs would get, on the CPU. */
import { describe, expect, test } from 'vitest';
import { FLOW_MODELS } from '../../../gpu/jobs/index.ts';
import {
	expectPyTorch,
	expectPyTorchGradients,
	expectSameAtOnce,
	GOLDEN_NETWORKS,
	trainGolden,
} from './golden-training.ts';

describe.each(['webgpu', 'cuda'] as const)('the graph for %s', (lowerFor) => {
	// Every loss depends on all parameters as the steps before it left them.
	test.each(GOLDEN_NETWORKS)("has PyTorch's losses (%s)", async (kind) => {
		const { losses } = await trainGolden(kind, 6, { lowerFor });
		expect(losses).toHaveLength(6);
		expectPyTorch(kind, losses);
	});

	test.each(FLOW_MODELS)("has PyTorch's gradients (%s)", (kind) => expectPyTorchGradients(kind, lowerFor));

	test('takes many steps at once like one after the other', () => expectSameAtOnce(lowerFor));
});
