/** Compares the way of a flow with PyTorch (test/fixtures/digits/make.py). */
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { FLOW_MODELS, isTold } from '../../../../gpu/jobs/index.ts';
import { asDigitFlow } from '../../../../gpu/models/digits/denoiser.ts';
import { openDigitNetwork } from '../../../../gpu/models/digits/network.ts';
import { flowWay } from '../../../../gpu/pipelines/digits/way.ts';
import { tensor } from '../../../../gpu/tensor/tensor.ts';
import { goldenDefinition, goldenTensors } from '../../models/digits/golden.ts';
import { relativeRms } from '../../models/safetensors-files.ts';

/** As in make.py. */
const [STEPS, DIGITS, GUIDANCE] = [5, [7, 2], 5];

const AREA = 784;

test.each(FLOW_MODELS)("%s agrees with the course's loop in PyTorch", async (model) => {
	const { tensors, noise, samples } = goldenTensors(model);
	const network = await openDigitNetwork(goldenDefinition(model), tensors, { provider: 'cpu', threads: 1 });
	const signal = new AbortController().signal;
	const choice = { sampler: 'euler', steps: STEPS } as const;
	const way = flowWay(asDigitFlow(network), choice, { guidanceScale: GUIDANCE, signal });
	const ends = DIGITS.map(async (digit, i) => {
		const x = tensor(noise.slice(i * AREA, (i + 1) * AREA), [1, 28, 28]);
		let end = x;
		for await (const state of way.walk([isTold(model) ? { digit } : {}], x, new TorchGenerator(0))) end = state.x;
		return [...end.data];
	});
	const ours = Float32Array.from((await Promise.all(ends)).flat());
	await network.close();
	expect(relativeRms(ours, samples)).toBeLessThan(1e-5);
	expect(relativeRms(ours, noise)).toBeGreaterThan(0.05); // it moved away from noise
});
