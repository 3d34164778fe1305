import { expect, test, vi } from 'vitest';
import type { OptionSpec } from '../../../../commands/lib/options.ts';
import { offers } from '../../../../src/platforms/discord/autocomplete.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';

const sources = {
	models: vi.fn(async () => FAKE_MODELS),
	prompts: vi.fn(async (): Promise<readonly string[] | undefined> => undefined),
};
const prompt = (suggestions: string[]): OptionSpec => {
	return { kind: 'text', summary: 'P', maxLength: 1000, suggestions, example: 'x' };
};
const views: OptionSpec = {
	kind: 'names',
	summary: 'V',
	choices: ['flip', 'skew', 'negate'],
	maxCount: 3,
	default: ['flip'],
};

test('suggestions that start with the typed text come first, then those that contain it', async () => {
	const spec = prompt(['a dog', 'Dogs at play', 'a cat']);
	expect(await offers(spec, 'DOG', sources)).toEqual(['Dogs at play', 'a dog']);
	expect(await offers(spec, '', sources)).toEqual(['a dog', 'Dogs at play', 'a cat']);
	expect(await offers(spec, 'zebra', sources)).toEqual([]);
});

test('there are at most 25 suggestions of at most 100 characters', async () => {
	const many = Array.from({ length: 40 }, (_, i) => `prompt ${i}`);
	expect(await offers(prompt(['y'.repeat(101), ...many]), '', sources)).toEqual(many.slice(0, 25));
});

test('the runner is asked only for models', async () => {
	sources.models.mockClear();
	await offers(views, 'f', sources);
	expect(sources.models).not.toHaveBeenCalled();
	expect(await offers({ kind: 'model', summary: 'M' }, 'xl', sources)).toEqual(['fake-xl']);
	expect(await offers({ kind: 'model', summary: 'M' }, '', sources)).toEqual(['fake-if', 'fake-xl']);
	expect(await offers({ kind: 'model', summary: 'M', stage: 2 }, '', sources)).toEqual(['fake-upscaler']);
});

test('the last name of a list is completed; the earlier ones stay and are not offered again', async () => {
	expect(await offers(views, '', sources)).toEqual(['flip', 'skew', 'negate']);
	expect(await offers(views, 'flip, ', sources)).toEqual(['flip,skew', 'flip,negate']);
	expect(await offers(views, 'flip, ne', sources)).toEqual(['flip,negate']);
});

test('known prompts are offered if the model reads no others', async () => {
	const spec = { ...prompt(['a dog']), prompt: true } as OptionSpec;
	expect(await offers(spec, '', sources)).toEqual(['a dog']);
	sources.prompts.mockClear().mockResolvedValue(['a red fox', 'a hat']);
	expect(await offers(spec, 'fox', sources)).toEqual(['a red fox']);
	expect(await offers(spec, 'dog', sources)).toEqual([]);
	expect(await offers(prompt(['a dog']), '', sources)).toEqual(['a dog']);
	expect(sources.prompts).toHaveBeenCalledTimes(2);
});

test('a choice is completed, but not a number', async () => {
	const sampler: OptionSpec = { kind: 'choice', summary: 'S', choices: ['course', 'ddpm'], default: 'ddpm' };
	expect(await offers(sampler, 'dd', sources)).toEqual(['ddpm']);
	expect(await offers({ kind: 'seed', summary: 'S', example: 1 }, '1', sources)).toEqual([]);
});
