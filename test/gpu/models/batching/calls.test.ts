import { expect, test } from 'vitest';
import { callStacker, type ReadyCall } from '../../../../gpu/models/batching/calls.ts';
import type { PromptFeatures } from '../../../../gpu/models/batching/prompts.ts';
import type { Tensor } from '../../../../gpu/tensor/tensor.ts';

const of = (value: number): Tensor => ({ data: Float32Array.of(value, value), shape: [1, 2] });
const call = (features: PromptFeatures): ReadyCall => ({
	x: of(9),
	t: 5,
	condition: { prompt: '' },
	readPrompt: async () => features,
	features,
});

test('the features of prompts are stacked once, for every batch of the same prompts', () => {
	const [dog, cat]: PromptFeatures[] = [{ keys: of(1) }, { keys: of(2) }];
	const stack = callStacker(false);
	const keysOf = (...prompts: PromptFeatures[]) => stack(prompts.map(call)).keys;
	const first = keysOf(dog, cat);
	expect(first).toEqual({ data: Float32Array.of(1, 1, 2, 2), shape: [2, 2] });
	expect(keysOf(dog)).toEqual(of(1));
	expect(keysOf(dog, cat)).toBe(first);
	expect([...keysOf(cat, dog).data]).toEqual([2, 2, 1, 1]);
	expect([...keysOf(dog, cat).data]).toEqual([...first.data]);
});
