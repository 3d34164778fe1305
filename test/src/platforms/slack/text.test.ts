import { describe, expect, test } from 'vitest';
import { type Command, defineCommand } from '../../../../commands/lib/command.ts';
import { asTyped, escapeText } from '../../../../src/platforms/slack/text.ts';
import { readSlackText } from '../../../../src/platforms/slack/typed-request.ts';

describe('Slack’s changes to a text are undone', () => {
	test.each([
		['“a dog” —seed 3', '“a dog” —seed 3'],
		['1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;lt;', '1 < 2 && 3 > 2 &lt;'],
		['by <@U024BE7LH|ann> in <#C024BE7LR|images>', 'by @ann in #images'],
		['by <@U024BE7LH>', 'by @U024BE7LH'],
		['<!here> <!subteam^S1|@tas> <!date^1^{time}|noon>', '@here @tas noon'],
		['edit <https://a.example/b.png>', 'edit https://a.example/b.png'],
		['at <http://a.example|a.example>', 'at a.example'],
		['at <https://a.example/b.png|the picture>', 'at https://a.example/b.png'],
		['to <mailto:ann@a.example|ann@a.example>', 'to ann@a.example'],
	])('%s', (sent, typed) => {
		expect(asTyped(sent)).toBe(typed);
	});

	test('people can be kept as ids', () => {
		expect(asTyped('<@U024BE7LH|ann> and <@W012A3CDE>', 'ids')).toBe('slack:U024BE7LH|ann and slack:W012A3CDE');
	});
});

test('an escaped text contains no mentions', () => {
	expect(escapeText('<!channel> & <@U1> &lt;')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt; &amp;lt;');
});

describe('a typed command', () => {
	const image = { kind: 'image', summary: 'I', positional: true } as const;
	const prompt = { kind: 'text', summary: 'P', positional: true, maxLength: 99, example: 'x' } as const;
	const named = (name: string, options: Command['options']) =>
		defineCommand({ name, options, summary: 'S', example: '', run: async () => ({ text: '', figures: [] }) });
	const edit = named('edit', { image, prompt, mask: { kind: 'image', summary: 'M' } });
	const block = named('block', { who: { kind: 'user', summary: 'W', positional: true } });
	const train = named('mnist train', { epochs: { kind: 'integer', summary: 'E', min: 1, max: 9, example: 1 } });
	const registry = [edit, block, train];

	test('can have a slash, capitals and two words', () => {
		expect(readSlackText(registry, '/Edit a house').command).toBe('edit');
		expect(readSlackText(registry, 'MNIST train —epochs 2')).toMatchObject({
			command: 'mnist train',
			values: { epochs: '2' },
		});
	});

	test('reads a bare word as a picture only if it is an address', () => {
		expect(readSlackText(registry, 'edit a house').values).toEqual({ prompt: 'a house' });
		expect(readSlackText(registry, 'edit <https://a.example/b.png> a house').values).toEqual({
			image: 'https://a.example/b.png',
			prompt: 'a house',
		});
	});

	test('reads people by id', () => {
		expect(readSlackText(registry, 'block <@U024BE7LH|ann>', { isCommand: true }).values).toEqual({
			who: 'slack:U024BE7LH|ann',
		});
	});
});
