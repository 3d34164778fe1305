/** `doctor` against fake services and a scripted backend. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { RunnerError } from '../../../../gpu/queue/runner.ts';
import type { BackendConnection } from '../../../../src/backend-connection.ts';
import { buildOf } from '../../../../src/base/build.ts';
import { ConfigError, readConfig } from '../../../../src/base/config.ts';
import type { Finding } from '../../../../src/base/finding.ts';
import { line } from '../../../../src/base/finding.ts';
import { COMMAND_LINE_USER } from '../../../../src/local-socket/protocol.ts';
import { examine } from '../../../../src/operator/doctor/doctor.ts';
import { checkDatabase } from '../../../../src/operator/doctor/machine.ts';
import { writeRecord } from '../../../../src/operator/models/record.ts';
import { localConsole } from '../../../../src/platforms/console/index.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { discord as discordPlatform } from '../../../../src/platforms/discord/index.ts';
import { slack as slackPlatform } from '../../../../src/platforms/slack/index.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN as DISCORD_TOKEN } from '../../../fakes/discord/world.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../../../fakes/make-desk.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, BOT_TOKEN as SLACK_TOKEN } from '../../../fakes/slack/world.ts';

let made: MadeDesk;
let discord: FakeDiscord;
let slack: FakeSlack;

beforeEach(async () => {
	[made, discord, slack] = await Promise.all([makeDesk(), startFakeDiscord(), startFakeSlack()]);
});
afterEach(() => Promise.all([discord.close(), slack.close(), made.close()]));

async function fakeBackend(): Promise<BackendConnection> {
	const { desk, runner, blobs } = made;
	return {
		blobs,
		byRunningBot: false,
		training: () => undefined,
		open: (command, options) => desk.open({ command, options, user: COMMAND_LINE_USER }),
		models: () => runner.models(),
		devices: () => runner.devices(),
		close: async () => {},
	};
}

const BOTH = { DISCORD_TOKEN, SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_APP_TOKEN: APP_TOKEN };

async function findings(variables: NodeJS.ProcessEnv = BOTH, backend = fakeBackend): Promise<Finding[]> {
	const platforms = [localConsole, discordPlatform, slackPlatform];
	const addresses = { DISCORD_API_URL: discord.rest.api, SLACK_API_URL: slack.slackApiUrl };
	const config = () =>
		readConfig(platforms, { DEVICES: 'cpu', DATA_DIR: made.directory, CONSOLE_PORT: '0', ...addresses, ...variables });
	const found = [];
	for await (const finding of examine({ config, platforms, commands, envFile: join(made.directory, '.env'), backend }))
		found.push(finding);
	const text = found.map(line).join('\n');
	for (const token of Object.values(BOTH)) expect(text).not.toContain(token);
	return found;
}

const about = (found: readonly Finding[], name: string) => found.filter((finding) => finding.name === name);

test('every line says ok when nothing is wrong', async () => {
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
	const found = await findings();
	expect(found.filter(({ status }) => status !== 'ok')).toEqual([]);
	expect(found.map(({ name }) => name)).toEqual([
		'Flipside',
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
	expect(made.runner.submitted).toMatchObject([{ job: { kind: 'generate', steps: 1 } }]);
	expect(line(found[0])).toBe(`ok    Flipside: ${buildOf()}`);
	expect(line(found[1])).toMatch(/^ok {4}Node\.js: v\d+/);
});

test('each mistake in the configuration gets a line, and no other check runs', async () => {
	const found = await findings({ GPU_CONCURRENCY: '0', DEVICES: 'tpu', SLACK_APP_TOKEN: 'xapp-1' });
	expect(found.slice(2).map(({ name, status }) => `${status} ${name}`)).toEqual(Array(3).fill('fail configuration'));
	expect(found.map(({ text }) => text).join('\n')).toMatch(/GPU_CONCURRENCY must[\s\S]*SLACK_BOT_TOKEN is missing/);
});

test('each problem with the services gets a line', async () => {
	Object.assign(discord.world.application, {
		interactions_endpoint_url: 'https://old.example.org',
		bot_require_code_grant: true,
		integration_types_config: { 0: {} },
	});
	slack.world.scopes = ['chat:write', 'channels:read', 'users:read', 'usergroups:read'];
	slack.world.appToken = 'xapp-1-A0OTHER-1-fake';
	const found = await findings({
		...BOTH,
		SLACK_APP_TOKEN: slack.world.appToken,
		STAFF_ROLE_IDS: '70020',
		DISCORD_REPORT_CHANNEL: '999999',
		SLACK_STAFF: 'S0GONE',
		SLACK_REPORT_CHANNEL: 'C0GONE',
	});
	expect(found.filter(({ status }) => status !== 'ok').map(line)).toEqual([
		expect.stringMatching(/^fail {2}Discord application: An Interactions Endpoint URL is set/),
		expect.stringMatching(/^fail {2}Discord application: Requires OAuth2 Code Grant is on/),
		expect.stringMatching(/^warn {2}Discord application: User Install is off/),
		expect.stringMatching(/^fail {2}Discord staff: None of the bot's servers has the role 70020/),
		expect.stringMatching(/^fail {2}Discord reports: The bot cannot see DISCORD_REPORT_CHANNEL/),
		'fail  Discord commands: None are registered; run deploy.',
		expect.stringMatching(/^fail {2}Slack scopes: The app lacks app_mentions:read/),
		expect.stringMatching(/^fail {2}Slack staff: .*S0GONE/),
		expect.stringMatching(/^fail {2}Slack reports: .*C0GONE/),
		expect.stringMatching(/^fail {2}Slack app token: SLACK_APP_TOKEN belongs to the app A0OTHER/),
	]);
});

test('warns about misspelt names in .env', async () => {
	await writeFile(join(made.directory, '.env'), 'DISCORD_TOEKN=x\nDATA_DIR=y\nSLACK_TOKEN=z\nMY_OWN_THING=1\n', {
		mode: 0o600,
	});
	const warnings = about(await findings({}), 'configuration').filter(({ status }) => status === 'warn');
	expect(warnings.map(({ text }) => text)).toEqual([
		'.env sets DISCORD_TOEKN, which is not a setting; did you mean DISCORD_TOKEN?',
		expect.stringMatching(/did you mean SLACK_/),
	]);
});

test('checks the ports that the bot will listen on', async () => {
	const http = { SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2), SLACK_PORT: '0' };
	const found = await findings({ ...http, METRICS_PORT: '0' });
	for (const name of ['console', 'Slack port', 'metrics']) expect(about(found, name)).toMatchObject([{ status: 'ok' }]);
	const elsewhere = await findings({ METRICS_PORT: '0', METRICS_HOST: '192.0.2.1' });
	expect(about(elsewhere, 'metrics')).toMatchObject([
		{ status: 'fail', text: expect.stringMatching(/^METRICS_HOST 192\.0\.2\.1 is no address of this machine/) },
	]);
});

test('hints at setup when no platform is set up, and skips the clock', async () => {
	const found = await findings({});
	expect(found.at(-1)).toEqual({
		name: 'platforms',
		status: 'warn',
		text: 'Neither Discord nor Slack is set up, so there is only the local console; run setup.',
	});
});

describe('making pictures', () => {
	test('a model without its watermark is reported, unless marks are turned off', async () => {
		made.runner.usable = FAKE_MODELS.map((model) => ({ ...model, lacksWatermark: true as const }));
		const warnings = about(await findings({}), 'models').filter(({ status }) => status === 'warn');
		expect(warnings).toHaveLength(FAKE_MODELS.length);
		expect(warnings[0].text).toMatch(/^fake-if has no folder watermarker, .* or set WATERMARK=off\.$/);
		expect(about(await findings({ WATERMARK: 'off' }), 'models')).toHaveLength(1);
	});

	test('a runner that cannot start is reported once', async () => {
		made.runner.models = () => Promise.reject(new RunnerError('The inference process cannot start: no such device'));
		const found = await findings({});
		expect(about(found, 'inference process')).toEqual([
			{ name: 'inference process', status: 'fail', text: 'The inference process cannot start: no such device' },
		]);
		expect([...about(found, 'models'), ...about(found, 'queue')]).toEqual([]);
	});

	test('fails if the job fails, or if there is no model', async () => {
		made.runner.failure = { message: 'It broke.', fault: 'internal' };
		expect(about(await findings({}), 'queue')).toMatchObject([
			{ status: 'fail', text: expect.stringMatching(/: It broke\.$/) },
		]);
		made.runner.models = async () => ({ usable: [], damaged: [] });
		const found = await findings({});
		expect(about(found, 'models')).toMatchObject([{ status: 'fail', text: expect.stringMatching(/^No model is/) }]);
		expect(about(found, 'queue')).toEqual([]);
	});

	test('warns about a damaged model and lists the others', async () => {
		made.runner.damaged = [{ name: 'broken-if', damage: 'unet/config.json: sample_size is missing' }];
		const [models, broken] = about(await findings({}), 'models');
		expect(models).toMatchObject({ status: 'ok', text: expect.stringContaining('fake-if (the default), fake-xl') });
		expect(broken).toMatchObject({ status: 'warn', text: expect.stringContaining('sample_size is missing') });
	});

	test('a model that was not pulled to its end is a warning', async () => {
		const directory = join(made.directory, 'models', 'IF-I-M-v1.0');
		const files = [{ path: 'unet/config.json', size: 2048, digest: { git: '0'.repeat(40) } }];
		await writeRecord(directory, { repository: 'DeepFloyd/IF-I-M-v1.0', commit: '0'.repeat(40), files });
		expect(about(await findings({}), 'models')[0]).toEqual({
			name: 'models',
			status: 'warn',
			text: 'IF-I-M-v1.0 is incomplete: 0 bytes of 2.0 KiB, 1 of 1 files missing; run models pull DeepFloyd/IF-I-M-v1.0.',
		});
	});

	test('names each of several devices, and tries those that work', async () => {
		const [cpu] = made.runner.reported;
		const problem = 'The inference process cannot start: no such device';
		made.runner.reported = [cpu, { ...cpu, device: 'cuda:1' }, { ...cpu, device: 'cuda:2', problem }];
		const found = await findings({ DEVICES: 'cpu,cuda:1,cuda:2' });
		expect(about(found, 'device').map(line)).toEqual([
			'ok    device: cpu, cuda:1, cuda:2, as DEVICES says',
			'ok    device: cpu works',
			'ok    device: cuda:1 works',
			`fail  device: cuda:2 is left out. ${problem}`,
		]);
		expect(about(found, 'queue')).toMatchObject([{ text: expect.stringContaining('fake-if on each of 2 devices') }]);
		expect(made.runner.submitted).toHaveLength(2);
	});

	test('says so if a device takes long to load its model', { timeout: 30_000 }, async () => {
		const [cpu] = made.runner.reported;
		made.runner.reported = [cpu, { ...cpu, device: 'cuda:1', loaded: [] }];
		let now = 0;
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
			now += 20_000;
			return now;
		});
		const found = await findings({ DEVICES: 'cpu,cuda:1' });
		clock.mockRestore();
		expect(about(found, 'device').at(-1)).toMatchObject({
			status: 'warn',
			text: 'cuda:1 is still loading its first model.',
		});
		expect(made.runner.submitted).toHaveLength(1);
	});

	test('goes through a running bot, and does not check its ports', async () => {
		const found = await findings({}, async () => ({ ...(await fakeBackend()), byRunningBot: true }));
		expect(about(found, 'bot')).toMatchObject([{ text: expect.stringMatching(/^running/) }]);
		expect(about(found, 'device')).toMatchObject([{ status: 'ok', text: 'the running bot uses cpu' }]);
		expect(about(found, 'queue')).toMatchObject([{ status: 'ok', text: expect.stringContaining('fake-if') }]);
		expect(about(found, 'console')).toEqual([]);
	});

	test('says that a running bot has no workers, and asks for no picture', async () => {
		made.runner.reported = [];
		const found = await findings({}, async () => ({ ...(await fakeBackend()), byRunningBot: true }));
		const text = 'No worker is connected; start flipside worker on a machine (docs/scale.md).';
		expect(about(found, 'workers')).toEqual([{ name: 'workers', status: 'fail', text }]);
		expect(made.runner.submitted).toEqual([]);
	});

	test('says why the workers of a running bot cannot be asked, and asks for no picture', async () => {
		vi.spyOn(made.runner, 'devices').mockRejectedValue(new RunnerError('The broker cannot be reached.'));
		const found = await findings({}, async () => ({ ...(await fakeBackend()), byRunningBot: true }));
		expect(about(found, 'workers')).toMatchObject([{ status: 'fail', text: 'The broker cannot be reached.' }]);
		expect(made.runner.submitted).toEqual([]);
	});

	test('reports a running bot that does not answer', async () => {
		const found = await findings({}, () => Promise.reject(new ConfigError('The bot does not answer; stop it.')));
		expect(found.at(-2)).toEqual({ name: 'bot', status: 'fail', text: 'The bot does not answer; stop it.' });
	});

	test('does not start a desk on a damaged database', async () => {
		await writeFile(join(made.directory, 'flipside.db'), 'no database at all, '.repeat(100));
		const found = await findings({});
		expect(about(found, 'database')).toMatchObject([{ status: 'fail' }]);
		expect(about(found, 'queue')).toEqual([]);
		expect(checkDatabase(made.directory).status).toBe('fail');
	});
});
