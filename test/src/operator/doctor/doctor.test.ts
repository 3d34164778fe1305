/** `doctor` against the fake platforms and a scripted backend. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { createBlobStore } from '../../../../gpu/queue/blobs.ts';
import { createResultStore } from '../../../../gpu/queue/results.ts';
import { RunnerError } from '../../../../gpu/queue/runner.ts';
import type { BackendConnection } from '../../../../src/backend-connection.ts';
import { ConfigError, readConfig } from '../../../../src/base/config.ts';
import type { Finding } from '../../../../src/base/finding.ts';
import { Desk } from '../../../../src/desk/desk.ts';
import { COMMAND_LINE_USER } from '../../../../src/local-socket/protocol.ts';
import { examine, line } from '../../../../src/operator/doctor/doctor.ts';
import { checkDatabase } from '../../../../src/operator/doctor/machine.ts';
import { askDiscord } from '../../../../src/platforms/discord/account.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { RequestStore } from '../../../../src/store/requests.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { APPLICATION, BOT_TOKEN as DISCORD_TOKEN } from '../../../fakes/discord/world.ts';
import { FakeRunner } from '../../../fakes/fake-runner.ts';
import { FakeTraining } from '../../../fakes/fake-training.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, BOT_TOKEN as SLACK_TOKEN } from '../../../fakes/slack/world.ts';

let dataDir: string;
let discord: FakeDiscord;
let slack: FakeSlack;
let runner: FakeRunner;

beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-doctor-'));
	[discord, slack] = await Promise.all([startFakeDiscord(), startFakeSlack()]);
	runner = new FakeRunner(createBlobStore(dataDir));
});
afterEach(async () => {
	await Promise.all([discord.close(), slack.close(), runner.close()]);
	await rm(dataDir, { recursive: true, force: true });
});

async function fakeBackend(): Promise<BackendConnection> {
	const blobs = createBlobStore(dataDir);
	const log = { error() {}, warn() {}, info() {}, debug() {} };
	const results = createResultStore(join(dataDir, 'results'), blobs);
	const desk = new Desk({
		commands,
		runner,
		training: new FakeTraining(),
		blobs,
		results,
		store: new RequestStore(),
		log,
	});
	return {
		blobs,
		byRunningBot: false,
		training: () => undefined,
		open: (command, options) => desk.open({ command, options, user: COMMAND_LINE_USER }),
		models: () => runner.models(),
		close: async () => {},
	};
}

const BOTH = { DISCORD_TOKEN, SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_APP_TOKEN: APP_TOKEN };

async function findings(variables: NodeJS.ProcessEnv = BOTH, backend = fakeBackend): Promise<Finding[]> {
	const config = () => readConfig({ DATA_DIR: dataDir, CONSOLE_PORT: '0', ...variables });
	const found = [];
	for await (const finding of examine({
		config,
		commands,
		rest: discord.rest,
		slackApiUrl: slack.slackApiUrl,
		backend,
	})) {
		found.push(finding);
	}
	const text = found.map(line).join('\n');
	for (const token of Object.values(BOTH)) expect(text).not.toContain(token);
	return found;
}

const about = (found: readonly Finding[], name: string) => found.filter((finding) => finding.name === name);

test('a sound bot: every line says ok', async () => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	const found = await findings();
	expect(found.filter(({ status }) => status !== 'ok')).toEqual([]);
	expect(found.map(({ name }) => name)).toEqual([
		'Node.js',
		'configuration',
		'data directory',
		'free space',
		'database',
		'bot',
		'device',
		'models',
		'queue',
		'console',
		'Discord token',
		'Discord commands',
		'Discord gateway',
		'Slack bot token',
		'Slack scopes',
		'Slack app token',
		'clock',
	]);
	expect(runner.submitted).toMatchObject([{ job: { kind: 'generate', steps: 1 } }]);
	expect(line(found[0])).toMatch(/^ok {4}Node\.js: v\d+/);
});

test('every mistake of the configuration is a line, and nothing else is tried', async () => {
	const found = await findings({ GPU_CONCURRENCY: '0', DEVICES: 'tpu', SLACK_APP_TOKEN: 'xapp-1' });
	expect(found.slice(1).map(({ name, status }) => `${status} ${name}`)).toEqual(Array(3).fill('fail configuration'));
	expect(found.map(({ text }) => text).join('\n')).toMatch(/GPU_CONCURRENCY must[\s\S]*SLACK_BOT_TOKEN is missing/);
});

test('without a platform there is a hint, and no clock to compare with', async () => {
	const found = await findings({});
	expect(found.at(-1)).toMatchObject({ name: 'platforms', status: 'warn', text: expect.stringContaining('run setup') });
});

describe('the work', () => {
	test('a runner that cannot start is told once', async () => {
		runner.models = () => Promise.reject(new RunnerError('The inference process cannot start: no such device'));
		const found = await findings({});
		expect(about(found, 'device')).toEqual([
			{ name: 'device', status: 'fail', text: 'The inference process cannot start: no such device' },
		]);
		expect([...about(found, 'models'), ...about(found, 'queue')]).toEqual([]);
	});

	test('a job that fails, and no model at all', async () => {
		runner.failure = { message: 'It broke.', fault: 'internal' };
		expect(about(await findings({}), 'queue')).toMatchObject([
			{ status: 'fail', text: 'A job of one step failed: It broke.' },
		]);
		runner.models = async () => ({ usable: [], damaged: [] });
		const found = await findings({});
		expect(about(found, 'models')).toMatchObject([{ status: 'fail', text: expect.stringMatching(/^No model is/) }]);
		expect(about(found, 'queue')).toEqual([]);
	});

	test('a damaged model is a warning beside the others', async () => {
		runner.damaged = [{ name: 'broken-if', damage: 'unet/config.json: sample_size is missing' }];
		const [models, broken] = about(await findings({}), 'models');
		expect(models).toMatchObject({ status: 'ok', text: expect.stringContaining('fake-if (the default), fake-xl') });
		expect(broken).toMatchObject({ status: 'warn', text: expect.stringContaining('sample_size is missing') });
	});

	test('a running bot is asked, and its ports are its own', async () => {
		const found = await findings({}, async () => ({ ...(await fakeBackend()), byRunningBot: true }));
		expect(about(found, 'bot')).toMatchObject([{ text: expect.stringContaining('is running') }]);
		expect(about(found, 'queue')).toMatchObject([
			{ text: expect.stringMatching(/^a job of one step by fake-if took/) },
		]);
		expect(about(found, 'console')).toEqual([]);
	});

	test('a running bot that cannot be asked', async () => {
		const found = await findings({}, () => Promise.reject(new ConfigError('The bot does not answer; stop it.')));
		expect(found.at(-2)).toEqual({ name: 'bot', status: 'fail', text: 'The bot does not answer; stop it.' });
	});

	test('a damaged database is left alone', async () => {
		await writeFile(join(dataDir, 'flipside.db'), 'no database at all, '.repeat(100));
		const found = await findings({});
		expect(about(found, 'database')).toMatchObject([
			{ status: 'fail', text: expect.stringContaining('put a sound copy') },
		]);
		expect(about(found, 'queue')).toEqual([]);
		expect(checkDatabase(dataDir).status).toBe('fail');
	});
});

describe('Discord', () => {
	const checks = async (variables = {}) => {
		const found = await findings({ DISCORD_TOKEN, ...variables });
		return found.filter(({ name }) => name.startsWith('Discord'));
	};

	test('a token that is refused ends its checks', async () => {
		discord.world.botToken = 'another';
		expect(await checks()).toEqual([
			{ name: 'Discord token', status: 'fail', text: expect.stringMatching(/^Discord refuses DISCORD_TOKEN; make/) },
		]);
	});

	test('what is no token is not even sent', async () => {
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

	test('commands that were never registered, or have changed since', async () => {
		expect((await checks())[1]).toMatchObject({ status: 'fail', text: 'None is registered; run deploy.' });
		await deployCommands({ commands: commands.slice(1), token: DISCORD_TOKEN, rest: discord.rest });
		const [first, second] = discord.world.commands;
		Object.assign(first, { description: 'as it was once' });
		discord.world.commands.push({ ...second, name: 'gone' });
		expect((await checks())[1]).toMatchObject({
			status: 'warn',
			text: `not registered: ${commands[0].name}; outdated: ${first.name}; of another version: gone; run deploy.`,
		});
	});

	test('what Discord adds, leaves out and sorts is no change', async () => {
		await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
		discord.world.commands = JSON.parse(JSON.stringify(discord.world.commands), (key, value) => {
			if (value === false || (Array.isArray(value) && value.length === 0)) return undefined;
			if (key === 'contexts' || key === 'integration_types') return value.toReversed();
			return value?.name ? { ...value, version: '1', name_localizations: null } : value;
		});
		expect((await checks())[1]).toMatchObject({ status: 'ok' });
	});

	test('that is not there', async () => {
		await discord.close();
		expect(await checks()).toMatchObject([
			{ status: 'fail', text: expect.stringMatching(/^Discord cannot be reached/) },
		]);
	});

	test('a gateway behind a proxy that knows no WebSockets', async () => {
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
});

describe('Slack', () => {
	const checks = async (variables = {}) => {
		const found = await findings({ SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, ...variables });
		return found.filter(({ name }) => name.startsWith('Slack'));
	};

	test('tokens of the wrong kinds are told together, and not sent', async () => {
		const found = await checks({ SLACK_BOT_TOKEN: 'xoxp-users-own-token', SLACK_APP_TOKEN: SLACK_TOKEN });
		expect(found.map(({ status }) => status)).toEqual(['fail', 'fail']);
		expect(slack.world.calls.filter(({ token }) => token)).toEqual([]);
	});

	test('tokens that are refused', async () => {
		Object.assign(slack.world, { botToken: 'another', appToken: 'another' });
		expect(await checks()).toMatchObject([
			{
				name: 'Slack bot token',
				status: 'fail',
				text: expect.stringMatching(/^Slack refuses SLACK_BOT_TOKEN \(invalid/),
			},
			{
				name: 'Slack app token',
				status: 'fail',
				text: expect.stringMatching(/^Slack refuses SLACK_APP_TOKEN \(invalid/),
			},
		]);
	});

	test('scopes that are missing', async () => {
		slack.world.scopes = ['chat:write', 'commands'];
		const [, scopes] = await checks();
		expect(scopes).toMatchObject({
			status: 'fail',
			text: expect.stringMatching(/lacks app_mentions:read, files:read, /),
		});
	});

	test('by HTTP: the secret’s form and the port', async () => {
		const secret = { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2), SLACK_PORT: '0' };
		expect((await checks(secret)).map(({ name, status }) => `${status} ${name}`)).toEqual([
			'ok Slack port',
			'ok Slack bot token',
			'ok Slack scopes',
			'ok Slack signing secret',
		]);
		expect((await checks({ ...secret, SLACK_SIGNING_SECRET: 'sesame' })).at(-1)).toMatchObject({ status: 'warn' });
	});
});
