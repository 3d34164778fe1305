import { describe, expect, test } from 'vitest';
import { type Command, defineCommand } from '../../../commands/lib/command.ts';
import { findCommand, splitCommand, verbsOf } from '../../../commands/lib/find-command.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

const named = (name: string): Command =>
	defineCommand({ name, summary: 'S', example: 'a dog', options: {}, run: async () => ({ text: '', figures: [] }) });

const commands = ['generate', 'mnist train', 'mnist sample', 'queue'].map(named);

describe('findCommand', () => {
	test.each(['generate', 'mnist train', 'mnist sample'])('finds %s', (name) => {
		expect(findCommand(commands, name).name).toBe(name);
	});

	test.each([
		[
			'generte',
			'There is no command "generte" (did you mean "generate"?); the commands are generate, mnist, queue, deploy.',
		],
		[
			'deplyo',
			'There is no command "deplyo" (did you mean "deploy"?); the commands are generate, mnist, queue, deploy.',
		],
		[
			'mnits train',
			'There is no command "mnits" (did you mean "mnist train"?); the commands are generate, mnist, queue, deploy.',
		],
		[
			'mnisttrain',
			'There is no command "mnisttrain" (did you mean "mnist train"?); the commands are generate, mnist, queue, deploy.',
		],
		['generate a dog', 'There is no command "generate a dog" (did you mean "generate"?); the commands are generate,'],
		['paint', 'There is no command "paint"; the commands are generate, mnist, queue, deploy.'],
		['imagine', 'There is no command "imagine"; /generate does that: for example /generate a dog.'],
		['train', 'There is no command "train"; /mnist train does that: for example /mnist train a dog.'],
		['img2img', 'There is no command "img2img"; the commands are generate, mnist, queue, deploy.'],
		['constructor', 'There is no command "constructor"; the commands are generate'],
		['mnist', '/mnist needs a verb, one of train, sample: for example /mnist train a dog.'],
		['mnist trian', '/mnist has no verb "trian" (did you mean "train"?); its verbs are train, sample.'],
		['mnist x', '/mnist has no verb "x"; its verbs are train, sample.'],
	])('rejects %s with a suggestion', (name, sentence) => {
		expect(() => findCommand(commands, name, ['deploy'])).toThrow(UserError);
		expect(() => findCommand(commands, name, ['deploy'])).toThrow(sentence);
	});
});

describe('splitCommand', () => {
	test.each<[string[], string, string[]]>([
		[['generate', 'a', 'dog'], 'generate', ['a', 'dog']],
		[['/Generate'], 'generate', []],
		[['／generate', 'x'], 'generate', ['x']],
		[['!generate', 'x'], 'generate', ['x']],
		[['/generate:', 'x'], 'generate', ['x']],
		[['/generate,', 'x'], 'generate', ['x']],
		[['Generate：', 'x'], 'generate', ['x']],
		[['generate,', 'x'], 'generate,', ['x']],
		[['mnist', '—epochs', '1'], 'mnist —epochs', ['1']],
		[['mnist', 'train', '--epochs', '1'], 'mnist train', ['--epochs', '1']],
		[['/mnist', 'Trian', 'x'], 'mnist trian', ['x']],
		[['mnist'], 'mnist', []],
		[['mnist', '--help'], 'mnist', ['--help']],
		[[], '', []],
	])('splits %j', (words, name, rest) => {
		expect(splitCommand(commands, words)).toEqual({ name, rest });
	});
});

test('verbsOf lists the verbs of a command', () => {
	expect(verbsOf(commands, 'mnist')).toEqual(['train', 'sample']);
	expect(verbsOf(commands, 'generate')).toEqual([]);
});
