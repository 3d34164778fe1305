import { expect, test, vi } from 'vitest';
import type { OptionSpec } from '../../../../commands/lib/options.ts';
import { offers } from '../../../../src/platforms/discord/autocomplete.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';

const models = vi.fn(async () => FAKE_MODELS);
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

test('suggestions that begin with what was typed come first, then those that contain it', async () => {
	const spec = prompt(['a dog', 'Dogs at play', 'a cat']);
	expect(await offers(spec, 'DOG', models)).toEqual(['Dogs at play', 'a dog']);
	expect(await offers(spec, '', models)).toEqual(['a dog', 'Dogs at play', 'a cat']);
	expect(await offers(spec, 'zebra', models)).toEqual([]);
});

test('at most 25 offers, none longer than 100 characters', async () => {
	const many = Array.from({ length: 40 }, (_, i) => `prompt ${i}`);
	expect(await offers(prompt(['y'.repeat(101), ...many]), '', models)).toEqual(many.slice(0, 25));
});

test('models are those of the runner, and it is not asked for anything else', async () => {
	models.mockClear();
	await offers(views, 'f', models);
	expect(models).not.toHaveBeenCalled();
	expect(await offers({ kind: 'model', summary: 'M' }, 'xl', models)).toEqual(['fake-xl']);
	expect(await offers({ kind: 'model', summary: 'M' }, '', models)).toEqual(['fake-if', 'fake-xl']);
	expect(await offers({ kind: 'model', summary: 'M', stage: 2 }, '', models)).toEqual(['fake-upscaler']);
});

test('the last name of a list is completed, the ones before it stay and are not offered again', async () => {
	expect(await offers(views, '', models)).toEqual(['flip', 'skew', 'negate']);
	expect(await offers(views, 'flip, ', models)).toEqual(['flip,skew', 'flip,negate']);
	expect(await offers(views, 'flip, ne', models)).toEqual(['flip,negate']);
});

test('a choice is completed, a number is not', async () => {
	const sampler: OptionSpec = { kind: 'choice', summary: 'S', choices: ['course', 'ddpm'], default: 'ddpm' };
	expect(await offers(sampler, 'dd', models)).toEqual(['ddpm']);
	expect(await offers({ kind: 'seed', summary: 'S', example: 1 }, '1', models)).toEqual([]);
});
