import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { readTyped } from '../../../src/chat/typed-request.ts';

const ask = (line: string, files?: readonly string[]) => readTyped(commands, line, { files });

describe('a line without a slash', () => {
	test.each([
		['a photo of a dog', 'generate', { prompt: 'a photo of a dog' }],
		['generate a dog', 'generate', { prompt: 'a dog' }],
		['Generate a dog —seed 5', 'generate', { prompt: 'a dog', seed: '5' }],
		['anagram “a heart” “a skull”', 'anagram', { prompt: 'a heart', prompt2: 'a skull' }],
		['help', 'help', {}],
		['help generate', 'help', { command: 'generate' }],
		['models', 'models', {}],
		['noise', 'noise', {}],
		['noise in the dark', 'generate', { prompt: 'noise in the dark' }],
		['block of ice', 'generate', { prompt: 'block of ice' }],
		['mnist', 'mnist', {}],
		['mnist sample 3', 'mnist sample', { digits: '3' }],
		['imagine all the people', 'generate', { prompt: 'imagine all the people' }],
		['imagine a dog', 'generate', { prompt: 'a dog' }],
		['Draw me a cat --seed 5', 'generate', { prompt: 'a cat', seed: '5' }],
		['draw “black cats”', 'generate', { prompt: 'black cats' }],
		['dream', 'generate', { prompt: 'dream' }],
		['Generate: a dog', 'generate', { prompt: 'a dog' }],
		['prompt: a dog seed:5', 'generate', { prompt: 'a dog', seed: '5' }],
		['@Flipside generate a cat', 'generate', { prompt: 'a cat' }],
		['@flipside a cat', 'generate', { prompt: 'a cat' }],
		['@Flipside', 'help', {}],
		['hi there, a dragon', 'generate', { prompt: 'hi there, a dragon' }],
		['a cat and/or a dog — both', 'generate', { prompt: 'a cat and/or a dog — both' }],
	])('%s', (line, command, values) => {
		expect(ask(line)).toEqual({ command, values, fileOptions: [] });
	});
});

describe('a line with a slash', () => {
	test.each([
		['/noise', 'noise'],
		['／generate a dog', 'generate'],
		['!generate a dog', 'generate'],
		['/imagine a dog', 'imagine'],
		['!important notice', 'important'],
		['/generate: a dog', 'generate'],
		['/generate, a dog', 'generate'],
		['/ generate a dog', 'generate'],
		['/flipside generate a dog', 'generate'],
		['/flipside', 'help'],
		['/Flipside genrate a dog', 'genrate'],
	])('%s is a command or meant to be one', (line, command) => {
		expect(ask(line).command).toBe(command);
	});

	test.each([
		'`/generate a dog --seed 5`',
		'```\n/generate a dog --seed 5\n```',
		'"/flipside generate a dog --seed 5"',
	])('%j is the command in it', (line) => {
		expect(ask(line)).toEqual({ command: 'generate', values: { prompt: 'a dog', seed: '5' }, fileOptions: [] });
	});

	test('code without a command is a prompt', () => {
		expect(ask('`/important a dog`').command).toBe('important a dog');
		expect(ask('`a dog`').values).toEqual({ prompt: 'a dog' });
	});
});

describe('a message of several lines', () => {
	test.each([
		['/generate a dog\n/generate a cat --seed 5', '/generate a cat --seed 5'],
		['a dog\r\n\n \u200b/MNIST sample 3', '/MNIST sample 3'],
		['/queue\n/models\n/help', '/models'],
		['/flipside a dog\n/flipside a cat', '/flipside a cat'],
		['@flipside a dog\n@Flipside a cat', '@Flipside a cat'],
		['!generate a dog\n!imagine a cat', '!imagine a cat'],
	])('%j is not read as one request', (text, second) => {
		expect(() => ask(text)).toThrow(`A message can hold only one command: send “${second}” by itself.`);
	});

	test.each([
		['/generate a dog\n\nin the snow\n', 'a dog in the snow'],
		['\n/generate a dog', 'a dog'],
		['/generate a sign that says\n/important/', 'a sign that says /important/'],
		['!generate a sign that says\n!important', 'a sign that says !important'],
	])('%j is one prompt', (text, prompt) => {
		expect(ask(text)).toEqual({ command: 'generate', values: { prompt }, fileOptions: [] });
	});
});

describe('a line without anything to draw', () => {
	test.each(['', '/', ' / ', '\u200b'])('%j is answered with what to type', (line) => {
		expect(() => ask(line)).toThrow(
			/^Describe a picture, such as “a photo of a dog”; \/help lists what else you can ask for\.$/,
		);
	});

	test.each(['hi', 'Hello!', 'thanks!', 'thank you so much :)', 'Hey, Flipside', 'good morning everyone'])(
		'%s is answered',
		(line) => {
			expect(() => ask(line)).toThrow(/^Hello! Describe a picture/);
		},
	);
});

describe('attached files', () => {
	test('fill the command’s places, and more are rejected', () => {
		expect(ask('/edit a house', ['a.png'])).toEqual({
			command: 'edit',
			values: { prompt: 'a house' },
			fileOptions: ['image'],
		});
		expect(ask('/inpaint a.png a house', ['a.png', 'b.png'])).toEqual({
			command: 'inpaint',
			values: { prompt: 'a house' },
			fileOptions: ['image', 'mask'],
		});
		expect(() => ask('/edit a house', ['a.png', 'b.png'])).toThrow('/edit takes 1 picture; remove the others.');
	});

	test('decide the command for a plain prompt', () => {
		expect(ask('a house', ['a.png']).command).toBe('edit');
		expect(ask('', ['a.pth']).command).toBe('prompts');
	});
});
