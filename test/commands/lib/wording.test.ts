import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { wordingIn } from '../../../commands/lib/wording.ts';
import { typedLine as onDiscord } from '../../../src/platforms/discord/typed-line.ts';
import { typedLine as onSlack } from '../../../src/platforms/slack/typed-line.ts';

const usual = wordingIn(commands);
const discord = wordingIn(commands, onDiscord);
const slack = wordingIn(commands, onSlack(undefined));
const prefixed = wordingIn(commands, onSlack('if-'));

describe('a request is written as people type it on each platform', () => {
	const image = { blob: 'a'.repeat(64), name: 'sketch.png' };
	test.each([
		[
			'generate',
			{ prompt: 'a dog', seed: 5 },
			['/generate a dog --seed 5', '/generate prompt:a dog seed:5', '/flipside generate a dog --seed 5'],
			'/if-generate a dog --seed 5',
		],
		[
			'mnist train',
			{ model: 'class', run: 'latest' },
			[
				'/mnist train class --run latest',
				'/mnist train model:class run:latest',
				'/flipside mnist train class --run latest',
			],
			'/if-mnist train class --run latest',
		],
		[
			'edit',
			{ image, prompt: 'a house', start: '5' },
			[
				'/edit sketch.png a house --start 5',
				'/edit image:sketch.png prompt:a house start:5',
				'/flipside edit sketch.png a house --start 5',
			],
			'/if-edit sketch.png a house --start 5',
		],
	])('%s', (command, options, lines, withPrefix) => {
		expect([usual, discord, slack].map((wording) => wording.line(command, options))).toEqual(lines);
		expect(prefixed.line(command, options)).toBe(withPrefix);
	});

	test('on Discord flags, addresses and people are written as its client expects', () => {
		expect(discord.line('mnist sample', { digits: '20', animate: 'yes' })).toBe('/mnist sample digits:20 animate:True');
		expect(discord.line('noise', { image: 'https://a.b/c.png' })).toBe('/noise image_url:https://a.b/c.png');
		expect(discord.line('block', { user: 'discord:1|Ann' })).toBe('/block user:@Ann');
	});
});

describe('commands in a sentence', () => {
	test.each([
		['No such run; /mnist runs lists them.', '/mnist runs lists', '/flipside mnist runs lists'],
		[
			'/mnist train --run class-20261123-140502 goes on.',
			'/mnist train run:class-20261123-140502 goes',
			'/flipside mnist train --run class-20261123-140502 goes',
		],
		['Cancel with its button or /queue cancel.', '/queue action:cancel.', '/flipside queue cancel.'],
		['They may open it with /settings.', '/settings.', '/flipside settings.'],
		['/models, /queue mine: see there.', '/queue action:mine:', '/flipside models, /flipside queue mine:'],
		['/mnist needs a verb: for example /mnist sample.', '/mnist needs a verb', '/flipside mnist sample.'],
	])('%s', (sentence, there, elsewhere) => {
		expect(usual.hint(sentence)).toBe(sentence);
		expect(discord.hint(sentence)).toContain(there);
		expect(slack.hint(sentence)).toContain(elsewhere);
	});

	test.each([
		'No place for "/queue cancel": it takes text.',
		'“see /models”: seed 5.',
		'https://a.b/models and a/models, slack/events',
		'/nonsense is no command',
	])('other text is left alone: %s', (sentence) => {
		for (const { hint } of [discord, slack, prefixed]) expect(hint(sentence)).toBe(sentence);
	});
});
