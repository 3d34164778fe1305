import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { defineCommand } from '../../../../commands/lib/command.ts';
import { ConfigError } from '../../../../src/base/config.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { discord as platform } from '../../../../src/platforms/discord/index.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { APPLICATION, BOT_TOKEN } from '../../../fakes/discord/world.ts';

const MESSAGE_MENU = ['Use as sketch', 'Inpaint this', 'Show settings', 'Run again'];

let discord: FakeDiscord;

beforeEach(async () => {
	discord = await startFakeDiscord();
});
afterEach(() => discord.close());

const deploy = (deps: { token?: string; applicationId?: string } = {}) =>
	deployCommands({ commands, token: BOT_TOKEN, rest: discord.rest, ...deps });
const requests = () => discord.world.requests.map(({ method, path }) => `${method} ${path}`);

test('registers every command in one request, and finds the application itself', async () => {
	const names = [...new Set(commands.map(({ name }) => name.split(' ')[0]))];
	expect(await deploy()).toMatchObject({ names, messageCommands: MESSAGE_MENU });
	expect(requests()).toEqual(['GET /applications/@me', `PUT /applications/${APPLICATION}/commands`]);
	expect(discord.world.commands.map(({ name }) => name)).toEqual([...names, ...MESSAGE_MENU]);
});

test.each([
	['servers and people', { 0: {}, 1: {} }, [0, 1]],
	['servers alone', { 0: {} }, [0]],
	['people alone', { 1: {} }, [1]],
])('registers every command for the application’s kinds of installation: %s', async (_, config, installs) => {
	discord.world.application.integration_types_config = config;
	await deploy();
	for (const command of discord.world.commands) {
		expect(command).toMatchObject({ contexts: [0, 1, 2], integration_types: installs });
	}
});

test('gives the invite link, with permissions to view, send, embed, attach and open threads', async () => {
	const { inviteUrl } = await deploy();
	expect(inviteUrl).toBe(
		`https://discord.com/oauth2/authorize?client_id=${APPLICATION}&permissions=309237697536&scope=bot+applications.commands`,
	);
});

test('prints lines as a verb of the command line', async () => {
	const [first, second, third, ...more] = await platform.deploy!.run(
		{ token: BOT_TOKEN, api: discord.rest.api },
		commands,
	);
	expect(first).toMatch(/^Registered with Discord: \/generate \/edit/);
	expect(second).toBe(`In each message's menu: ${MESSAGE_MENU.join(', ')}`);
	expect(third).toMatch(/^Invite the bot to a server: https:\/\/discord\.com\/oauth2\/authorize\?/);
	expect(more).toEqual([]);
});

describe('refuses', () => {
	test('an unknown token', async () => {
		const refused = deploy({ token: 'MTAwMDAw.Gwrong.a-wrong-token' });
		await expect(refused).rejects.toThrow(ConfigError);
		await expect(refused).rejects.toThrow(/^Discord refuses DISCORD_TOKEN/);
	});

	test('something other than a token', async () => {
		await expect(deploy({ token: 'secret' })).rejects.toThrow(/^DISCORD_TOKEN is not a bot token/);
	});

	test('the id of another application', async () => {
		await expect(deploy({ applicationId: '55555' })).rejects.toThrow(/^DISCORD_APPLICATION_ID 55555 is not/);
	});

	test('a command that breaks a limit', async () => {
		const run = async () => ({ text: '', figures: [] });
		const upper = defineCommand({ name: 'Upper', summary: 'S', example: '', options: {}, run });
		const refused = deployCommands({ commands: [upper], token: BOT_TOKEN, rest: discord.rest });
		await expect(refused).rejects.toThrow(/Invalid Form Body: 0\.name: lower case/);
		expect(discord.world.violations.take()).toHaveLength(1);
	});
});
