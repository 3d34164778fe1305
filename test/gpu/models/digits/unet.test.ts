import { describe, expect, test } from 'vitest';
import { DIGIT_MODELS, type DigitModel } from '../../../../gpu/jobs/index.ts';
import type { NetworkDefinition } from '../../../../gpu/models/digits/definition.ts';
import { digitJudge } from '../../../../gpu/models/digits/judge.ts';
import { digitUnet } from '../../../../gpu/models/digits/unet.ts';
import { sizeOf } from '../../../../gpu/tensor/tensor.ts';
import { GOLDEN_HIDDEN, golden, goldenTensors } from './golden.ts';

function countParameters({ parameters }: NetworkDefinition): number {
	return parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

test("the networks have as many parameters as PyTorch's", () => {
	const ours = Object.keys(golden.counts).map((name) => {
		const [kind, hidden] = name.split(' ');
		const definition = kind === 'judge' ? digitJudge() : digitUnet(kind as DigitModel, Number(hidden));
		return [name, countParameters(definition)];
	});
	expect(ours).toHaveLength(11);
	expect(Object.fromEntries(ours)).toEqual(golden.counts);
});

describe.each(DIGIT_MODELS)('%s', (kind) => {
	const definition = digitUnet(kind, GOLDEN_HIDDEN);

	test("has the tensors of PyTorch's state_dict", () => {
		const { tensors } = goldenTensors(kind);
		const ours = [...definition.parameters, ...definition.statistics];
		expect(ours.map(({ name, shape }) => [name, sizeOf(shape)]).sort()).toEqual(
			Object.entries(tensors)
				.map(([name, { length }]) => [name, length])
				.sort(),
		);
	});

	test('maps a digit to a digit', () => {
		const told = { denoiser: [], time: ['t'], class: ['t', 'c'], 'flow-time': ['t'], 'flow-class': ['t', 'c'] };
		expect(Object.keys(definition.inputs)).toEqual(['x', ...told[kind]]);
		expect(definition.outputShape).toEqual([1, 28, 28]);
	});

	test('trains all parameters except the biases before batch normalisation', () => {
		const still = definition.parameters.filter(({ trained }) => !trained).map(({ name }) => name);
		const layers = definition.statistics.filter(({ value }) => value === 1); // one running_var each
		expect(still).toEqual(layers.map(({ name }) => name.replace('bn.running_var', 'conv.bias')));
	});
});
