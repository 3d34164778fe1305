import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { withPromptsRead } from '../../../commands/lib/prompt-fields.ts';
import { wholeCommand } from '../../../commands/lib/whole-command.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

const named = (name: string) => commands.find((candidate) => candidate.name === name)!;
const read = (name: string, options: Record<string, string>) => withPromptsRead(commands, named(name), options);
const names = commands.map(({ name }) => name);

describe('a prompt', () => {
	test.each([
		['a dog —steps 3 —seed 5', { prompt: 'a dog', steps: '3', seed: '5' }],
		['a dog steps:3', { prompt: 'a dog', steps: '3' }],
		['/generate a dog --seed 5', { prompt: 'a dog', seed: '5' }],
		['/Generate: “a dog”', { prompt: 'a dog' }],
		['／generate a dog', { prompt: 'a dog' }],
		['!generate a dog', { prompt: 'a dog' }],
		['/imagine a dog', { prompt: 'a dog' }],
		['--seed 5', { prompt: '', seed: '5' }],
	])('%s contains options', (prompt, options) => {
		expect(read('generate', { prompt })).toEqual(options);
	});

	test.each([
		'a cat and/or a dog',
		'a well -lit room — with “quotes”\nand lines',
		'black / white',
		'/s',
		'!important notice',
		'a man - count dracula',
		'a king--count dracula—in a well-lit room--steps lead down',
		'a bird-seed 5',
		'3/4 of a pie, 16:9',
		'the "steps" of a temple',
	])('%s contains no options', (prompt) => {
		expect(read('generate', { prompt })).toEqual({ prompt });
	});

	test('is read in every prompt field, including the negative one', () => {
		expect(read('anagram', { prompt: 'a heart', prompt2: 'a skull –view negate' })).toEqual({
			prompt: 'a heart',
			prompt2: 'a skull',
			view: 'negate',
		});
		expect(read('generate', { prompt: 'a dog', negative: 'a cat --steps 3', steps: ' ' })).toEqual({
			prompt: 'a dog',
			negative: 'a cat',
			steps: '3',
		});
	});

	test.each([
		[
			{ prompt: '/edit a dog' },
			/^“\/edit a dog” is a whole command: send \/edit by itself, because prompt of \/generate is only/,
		],
		[{ prompt: '/MNIST sample 3' }, /is a whole command: send \/mnist sample by itself/],
		[{ prompt: '/mnist' }, /send \/mnist by itself/],
		[{ prompt: '/help' }, /send \/help by itself/],
		[{ prompt: 'a dog --seed 5', seed: '7' }, /^seed is given twice, in prompt and in its own place; give it once\.$/],
		[{ prompt: 'a dog — seed 5' }, /^"seed" is the name of an option/],
		[{ prompt: 'a dog--seed 5' }, /^"dog--seed" lacks a space: write dog --seed\.$/],
	])('%j is rejected', (options, sentence) => {
		expect(() => read('generate', options)).toThrow(sentence);
		expect(() => read('generate', options)).toThrow(UserError);
	});
});

test('text that is not a prompt is left alone', () => {
	expect(read('help', { command: '/edit' })).toEqual({ command: '/edit' });
});

test.each([
	['/edit', 'edit'],
	['/ Mnist train now', 'mnist train'],
	['/imagine', 'generate'],
	['edit a dog', undefined],
	['/pikachu', undefined],
	['', undefined],
])('%j is the command %s', (text, command) => {
	expect(wholeCommand(text, names)).toBe(command);
});
