/** Commands of two words, commands for staff, and options that name people. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defineCommand } from '../../../../commands/lib/command.ts';
import { slashCommands } from '../../../../src/platforms/discord/slash-commands.ts';
import { COMMAND } from '../../../fakes/discord/command-facts.ts';
import { OTHER, STUDENT, TEACHER } from '../../../fakes/discord/fake-discord.ts';
import type { FakeUser } from '../../../fakes/discord/world.ts';
import { problemsIn } from '../../../fakes/facts.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

const ASSISTANT_ROLE = '600000000000000001';
const ASSISTANT: FakeUser = {
	id: '400000000000000008',
	name: 'Assistant',
	roles: ['600000000000000009', ASSISTANT_ROLE],
};
const VISITING_ASSISTANT: FakeUser = { ...ASSISTANT, id: '400000000000000009', visitor: true };

const registry = [
	defineCommand({
		name: 'digits draw',
		summary: 'Draw some digits',
		example: '',
		options: {
			digits: { kind: 'text', summary: 'Which', maxLength: 20, suggestions: ['2026', '1999'], example: '2026' },
			fast: { kind: 'flag', summary: 'Quickly' },
		},
		run: async ({ digits, fast }) => ({ text: `Drawn ${digits}, fast: ${fast}.`, figures: [] }),
	}),
	defineCommand({
		name: 'digits forget',
		summary: 'Forget the digits',
		example: '',
		options: {},
		staffOnly: true,
		run: async () => ({ text: 'Forgotten.', figures: [] }),
	}),
	defineCommand({
		name: 'greet',
		summary: 'Greet somebody',
		example: '',
		options: { whom: { kind: 'user', summary: 'Whom', required: true } },
		staffOnly: true,
		run: async ({ whom }) => ({ text: `Hello ${whom.name} (${whom.id}).`, figures: [] }),
	}),
];

let bot: Bot;

beforeAll(async () => {
	bot = await startBot({ staffRoles: [ASSISTANT_ROLE] }, registry);
});
afterAll(() => bot.stop());
beforeEach(() => bot.runner.reset());

describe('registration', () => {
	const [digits, greet] = slashCommands(registry);

	test('has one command for all that start with the same word', () => {
		expect(digits).toMatchObject({
			name: 'digits',
			description: 'draw, forget',
			options: [
				{ type: 1, name: 'draw', description: 'Draw some digits', options: [{ name: 'digits' }, { name: 'fast' }] },
				{ type: 1, name: 'forget', options: [] },
			],
		});
		expect(problemsIn(COMMAND, JSON.parse(JSON.stringify(digits)))).toEqual([]);
	});

	test('hides only commands that are entirely for staff', () => {
		expect(digits).not.toHaveProperty('default_member_permissions');
		expect(greet).toMatchObject({ default_member_permissions: String(1 << 5) });
	});

	test('uses Discord’s own option for people', () => {
		expect(greet.options).toMatchObject([{ type: 6, name: 'whom', required: true }]);
	});

	test('offers no form for a missing command', () => {
		expect(bot.discord.world.commands.map(({ name }) => name)).toEqual([
			'digits',
			'greet',
			'Show settings',
			'Run again',
		]);
	});
});

describe('a command of two words', () => {
	test('gets the options of its subcommand', async () => {
		const message = await finished(bot.discord.slash('digits draw', { digits: '2026', fast: true }));
		expect(message.content).toBe('Drawn 2026, fast: true.\n-# Asked by Student.');
	});

	test('has autocompletion for its options', async () => {
		const interaction = bot.discord.type('digits draw', 'digits', '19');
		const { data } = await until('choices', () => interaction.callback);
		expect(data?.choices).toEqual([{ name: '1999', value: '1999' }]);
	});
});

describe('staff', () => {
	test.each<[string, FakeUser]>([
		['whoever may manage the server', TEACHER],
		['a member of a role of staff', ASSISTANT],
	])('is %s', async (_who, user) => {
		const message = await finished(bot.discord.slash('greet', { whom: { user: OTHER } }, user));
		expect(message.content).toBe(`Hello Other (discord:${OTHER.id}).\n-# Asked by ${user.name}.`);
	});

	test.each<[string, FakeUser]>([
		['somebody else, also where Discord shows the command', STUDENT],
		['a member of such a role in a server that has not installed the bot', VISITING_ASSISTANT],
	])('is not %s', async (_who, user) => {
		const interaction = bot.discord.slash('greet', { whom: { user: OTHER } }, user);
		const { content } = await until('a private answer', () => interaction.followUps[0]);
		expect(content).toContain('Only staff can run /greet.');
		expect(content).not.toContain('Hello');
		await whispered(interaction);
	});
});
