import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { type Command, defineCommand } from '../../../../commands/lib/command.ts';
import { MESSAGE_MENU } from '../../../../src/chat/message-menu.ts';
import { manifestJson, manifestText, slackManifest } from '../../../../src/platforms/slack/manifest.ts';
import { callbackId } from '../../../../src/platforms/slack/messages.ts';

const withVerbs: readonly Command[] = ['train', 'sample'].map((verb) =>
	defineCommand({
		name: `lab ${verb}`,
		summary: `M ${verb}`,
		example: '',
		options: {},
		run: async () => ({ text: '', figures: [] }),
	}),
);

test('the committed file matches the registry (npm run -s flipside -- manifest > assets/slack/manifest.json)', async () => {
	const committed = await readFile(new URL('../../../../assets/slack/manifest.json', import.meta.url), 'utf8');
	expect(committed).toBe(`${manifestJson(slackManifest(commands))}\n`);
});

test('it requests what the bot uses, and uses a socket', () => {
	const { features, oauth_config, settings } = slackManifest(commands);
	expect(features.slash_commands.map(({ command }) => command)).toEqual(['/flipside']);
	expect(features.shortcuts.map(({ callback_id }) => callback_id)).toEqual(MESSAGE_MENU.map(callbackId));
	expect(oauth_config.scopes.bot).toEqual(
		expect.arrayContaining(['commands', 'chat:write', 'files:read', 'files:write']),
	);
	expect(settings).toMatchObject({
		socket_mode_enabled: true,
		interactivity: { is_enabled: true },
		event_subscriptions: { bot_events: ['app_mention', 'message.im'] },
	});
	expect(JSON.stringify(settings)).not.toContain('request_url');
});

test('with a prefix each command has its own slash command, which verbs share', () => {
	const { slash_commands } = slackManifest([...commands, ...withVerbs], { prefix: 'if-' }).features;
	const names = slash_commands.map(({ command }) => command);
	expect(names).toEqual(expect.arrayContaining(['/flipside', '/if-anagram', '/if-lab']));
	expect(new Set(names).size).toBe(names.length);
	expect(slash_commands.find(({ command }) => command === '/if-lab')).toMatchObject({ usage_hint: 'train | sample' });
});

test('it is within Slack’s limits', () => {
	const { features, display_information } = slackManifest(commands, { prefix: 'a-sixteen-chars-' });
	expect(display_information.description.length).toBeLessThanOrEqual(140);
	for (const { name, description } of features.shortcuts) {
		expect(name.length).toBeLessThanOrEqual(24);
		expect(description.length).toBeLessThanOrEqual(150);
	}
	for (const { command, description, usage_hint } of features.slash_commands) {
		expect(command).toMatch(/^\/[a-z0-9_-]{1,31}$/);
		expect(description.length).toBeGreaterThan(0);
		expect(usage_hint.length).toBeGreaterThan(0);
	}
});

describe('the operator’s verb', () => {
	test('prints the file, or a link that opens it', () => {
		const json = manifestText(commands, undefined, []);
		expect(JSON.parse(json)).toEqual(slackManifest(commands));
		const link = new URL(manifestText(commands, undefined, ['--link']));
		expect(link.origin + link.pathname).toBe('https://api.slack.com/apps');
		expect(JSON.parse(link.searchParams.get('manifest_json')!)).toEqual(slackManifest(commands));
	});

	test('accepts an address for HTTP, and rejects anything else in one sentence', () => {
		const { settings, features } = JSON.parse(manifestText(commands, undefined, ['https://bot.example.org/']));
		const url = 'https://bot.example.org/slack/events';
		expect(settings).toMatchObject({
			socket_mode_enabled: false,
			interactivity: { request_url: url },
			event_subscriptions: { request_url: url },
		});
		expect(features.slash_commands[0].url).toBe(url);
		for (const words of [['http://bot.example.org'], ['now'], ['https://a.example', 'https://b.example']]) {
			expect(() => manifestText(commands, undefined, words)).toThrow(/^manifest takes --link and the bot's address/);
		}
	});
});
