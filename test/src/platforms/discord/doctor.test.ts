import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { askDiscord } from '../../../../src/platforms/discord/account.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { discord as platform } from '../../../../src/platforms/discord/index.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { APPLICATION, CHANNEL, BOT_TOKEN as DISCORD_TOKEN, GUILD } from '../../../fakes/discord/world.ts';
import { findingsOf } from '../findings.ts';

let discord: FakeDiscord;
beforeEach(async () => {
	discord = await startFakeDiscord();
});
afterEach(() => discord.close());

const checks = (variables = {}) =>
	findingsOf(platform, { DISCORD_TOKEN, DISCORD_API_URL: discord.rest.api, ...variables });

test('a correct account', async () => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	expect((await checks()).map(({ name, status }) => `${status} ${name}`)).toEqual([
		'ok Discord token',
		'ok Discord commands',
		'ok Discord gateway',
	]);
});

test('a rejected token ends the checks', async () => {
	discord.world.botToken = 'another';
	expect(await checks()).toEqual([
		{ name: 'Discord token', status: 'fail', text: expect.stringMatching(/^Discord refuses DISCORD_TOKEN; create/) },
	]);
});

test('a malformed token is not sent', async () => {
	expect(await checks({ DISCORD_TOKEN: 'abcdefgh' })).toMatchObject([
		{ text: expect.stringMatching(/is not a bot token/) },
	]);
	expect(discord.world.requests.filter(({ authorization }) => authorization)).toEqual([]);
});

test('the id of another application', async () => {
	expect(await checks({ DISCORD_APPLICATION_ID: '55555' })).toMatchObject([
		{ status: 'fail', text: expect.stringMatching(/55555 is not the application/) },
	]);
});

test.each([
	[
		{ interactions_endpoint_url: 'https://old.example.org' },
		'fail',
		/^An Interactions Endpoint URL is set.*; clear it/,
	],
	[{ bot_require_code_grant: true }, 'fail', /^Requires OAuth2 Code Grant is on.*; turn it off/],
	[{ approximate_guild_count: 0 }, 'warn', /^The bot is not in any server; invite it/],
	[{ integration_types_config: { 0: {} } }, 'warn', /^User Install is off.*; turn it on/],
])('a setting in the portal that breaks the bot: %o', async (setting, status, sentence) => {
	Object.assign(discord.world.application, setting);
	const found = (await checks()).filter(({ name }) => name === 'Discord application');
	expect(found).toEqual([{ name: 'Discord application', status, text: expect.stringMatching(sentence) }]);
});

test('commands that were registered before User Install was enabled', async () => {
	const { application } = discord.world;
	application.integration_types_config = { 0: {} };
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	const found = async () => (await checks()).find(({ name }) => name === 'Discord commands');
	expect(await found()).toMatchObject({ status: 'ok' });
	application.integration_types_config = { 0: {}, 1: {} };
	expect(await found()).toMatchObject({ status: 'warn', text: expect.stringMatching(/^outdated: .*; run deploy\.$/) });
});

test('a private application is fine, and needs no user install', async () => {
	Object.assign(discord.world.application, { bot_public: false, integration_types_config: { 0: {} } });
	const found = (await checks()).filter(({ name }) => name === 'Discord application');
	expect(found).toEqual([
		{
			name: 'Discord application',
			status: 'ok',
			text: expect.stringMatching(/^private: only its owner can install it, .* may fail in/),
		},
	]);
});

test('staff roles', async () => {
	discord.world.servers.set('201', ['201', '7001']).set('202', ['202', '7002']);
	const staff = async (ids: string) =>
		(await checks({ STAFF_ROLE_IDS: ids })).filter(({ name }) => name === 'Discord staff');
	discord.world.servers.set(GUILD, [GUILD, '70010', '70020']);
	// The id of a server is also that of its role @everyone.
	expect(await staff(`70010, 70030, ${GUILD}`)).toMatchObject([
		{ status: 'ok', text: 'the role 70010 exists' },
		{ status: 'fail', text: expect.stringMatching(/has the role 70030 from STAFF_ROLE_IDS; correct the id/) },
		{ status: 'fail', text: expect.stringContaining(`the role ${GUILD} from`) },
	]);
	discord.world.servers.clear();
	expect(await staff('70010')).toEqual([]);
});

test('the channel for reports', async () => {
	const reports = async (channel: string) =>
		(await checks({ DISCORD_REPORT_CHANNEL: channel })).find(({ name }) => name === 'Discord reports');
	expect(await reports(CHANNEL)).toMatchObject({ status: 'ok' });
	expect(await reports('999999')).toMatchObject({
		status: 'fail',
		text: expect.stringMatching(/999999; correct the id/),
	});
	discord.world.botRefusal = 50001;
	expect(await reports(CHANNEL)).toMatchObject({ status: 'fail' });
});

test('commands that were never registered, or have changed since', async () => {
	expect((await checks())[1]).toMatchObject({ status: 'fail', text: 'None are registered; run deploy.' });
	await deployCommands({ commands: commands.slice(1), token: DISCORD_TOKEN, rest: discord.rest });
	const [first, second] = discord.world.commands;
	Object.assign(first, { description: 'as it was once' });
	discord.world.commands.push({ ...second, name: 'gone' });
	expect((await checks())[1]).toMatchObject({
		status: 'warn',
		text: `not registered: ${commands[0].name}; outdated: ${first.name}; of another version: gone; run deploy.`,
	});
});

test.each<[string, string, (command: RegisteredCommand) => unknown]>([
	['on the command', 'generate', (command) => Object.assign(command, { default_member_permissions: '32' })],
	['on an option', 'generate', ({ options: [prompt] }) => Object.assign(prompt, { min_length: 5 })],
	['on an option, of the value 0', 'generate', ({ options: [prompt] }) => Object.assign(prompt, { min_value: 0 })],
	['beside the options', 'queue', ({ options }) => options.push({ name: 'day', type: 3, description: 'Which day' })],
	['beside those of a subcommand', 'mnist', ({ options: [verb] }) => verb.options!.push({ name: 'day', type: 3 })],
	['in the menu of a message', 'Run again', (command) => Object.assign(command, { nsfw: true })],
])('what is registered but no longer wanted: %s', async (_, name, leave) => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	leave(discord.world.commands.find((command) => command.name === name) as RegisteredCommand);
	expect((await checks())[1]).toMatchObject({ status: 'warn', text: `outdated: ${name}; run deploy.` });
});

interface RegisteredCommand {
	readonly options: { readonly options?: object[] }[] & object[];
}

test('fields that Discord adds, omits or reorders do not count as a change', async () => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	discord.world.commands = JSON.parse(JSON.stringify(discord.world.commands), (key, value) => {
		if (value === false || (Array.isArray(value) && value.length === 0)) return undefined;
		if (key === 'contexts' || key === 'integration_types') return value.toReversed();
		return value?.name ? { ...value, version: '1', name_localizations: null } : value;
	});
	expect((await checks())[1]).toMatchObject({ status: 'ok' });
});

test('a field that Discord does not return does not count as a change', async () => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	const without = (value: unknown) =>
		JSON.parse(JSON.stringify(value, (key, each) => (key === 'file_types' ? undefined : each)));
	expect(JSON.stringify(discord.world.commands)).toContain('file_types');
	discord.world.commands = without(discord.world.commands);
	expect((await checks())[1]).toMatchObject({ status: 'ok' });
	// Unless it returns the field for other options.
	const edit = discord.world.commands.find(({ name }) => name === 'edit')!;
	Object.assign(edit, JSON.parse(JSON.stringify(edit, (key, each) => (key === 'max_length' ? undefined : each))));
	expect((await checks())[1]).toMatchObject({ status: 'warn', text: 'outdated: edit; run deploy.' });
});

test('a Discord that cannot be reached', async () => {
	await discord.close();
	expect(await checks()).toMatchObject([{ status: 'fail', text: expect.stringMatching(/^Discord cannot be reached/) }]);
});

test('a gateway behind a proxy without WebSockets', async () => {
	const proxy = createServer((_, response) => response.writeHead(403).end()).listen(0);
	const { port } = proxy.address() as AddressInfo;
	const request = { url: `ws://127.0.0.1:${port}`, session_start_limit: { remaining: 1 } };
	const web = createServer((_, response) => {
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ id: APPLICATION, ...request }));
	}).listen(0);
	const rest = { api: `http://127.0.0.1:${(web.address() as AddressInfo).port}` };
	const account = await askDiscord({ token: DISCORD_TOKEN, rest });
	await expect(account.gateway()).rejects.toThrow(/status 403/);
	proxy.close();
	web.close();
});
