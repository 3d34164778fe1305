/** The wizard on a fake terminal, at which a person reads the questions and types. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { questionsOn } from '../../../../src/operator/setup/questions.ts';
import { setUp } from '../../../../src/operator/setup/setup.ts';
import { platforms } from '../../../../src/platforms/index.ts';
import type { FakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { APPLICATION, BOT_TOKEN as DISCORD_TOKEN, GUILD } from '../../../fakes/discord/world.ts';
import type { FakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, BOT_TOKEN as SLACK_TOKEN } from '../../../fakes/slack/world.ts';
import { beginSetup, ENTER, openSurroundings, type Surroundings } from './terminal.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../.env.example', import.meta.url));
const SECRET = '0123456789abcdef'.repeat(2);

const DOWN = '\u001b[B';
const SPACE = ' ';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

let around: Surroundings;
let directory: string;
let envFile: string;
let discord: FakeDiscord;
let slack: FakeSlack;
let written: Surroundings['written'];

beforeEach(async () => {
	around = await openSurroundings();
	({ directory, envFile, discord, slack, written } = around);
});
afterEach(() => around.close());

const begin = (environment?: NodeJS.ProcessEnv) => beginSetup(around, environment);

const used = () => discord.world.requests.map(({ method, path }) => `${method} ${path}`);

test('Discord from nothing: the token is checked and hidden, the commands are registered, the link is shown', async () => {
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to? (The local console needs nothing.)', SPACE, ENTER);
	await wizard.answer('Discord bot token', `Bot ${DISCORD_TOKEN}`, ENTER);
	expect(await wizard.ended).toBe(0);
	expect(used()).toEqual([
		'GET /users/@me',
		'GET /applications/@me',
		'GET /applications/@me',
		`PUT /applications/${APPLICATION}/commands`,
	]);
	expect((await stat(envFile)).mode & 0o777).toBe(0o600);
	expect(await written()).toMatchObject({ DISCORD_TOKEN, SLACK_BOT_TOKEN: '' });
	// A new file starts as a copy of the example, with its explanations.
	expect((await readFile(envFile, 'utf8')).replace(DISCORD_TOKEN, '')).toBe(await readFile(EXAMPLE, 'utf8'));
	expect(wizard.all()).toContain('the bot is called flipside');
	expect(wizard.all()).toMatch(
		/\nhttps:\/\/discord\.com\/oauth2\/authorize\?client_id=\d+&permissions=309237697536\S+\n/,
	);
	expect(wizard.all()).not.toContain(DISCORD_TOKEN);
});

test('names from services and files cannot send control characters to the terminal', async () => {
	let written = '';
	const write = (chunk: Buffer, _: string, done: () => void) => {
		written += chunk;
		done();
	};
	const questions = questionsOn({ input: new PassThrough(), output: new Writable({ write }) });
	const hostile = 'a\u009b2Jb\u202ec';
	for (const tell of [questions.say, questions.good, questions.bad, questions.warn, questions.link]) tell(hostile);
	expect(written.split('a\ufffd2Jb\ufffdc')).toHaveLength(6);
	expect(written).not.toContain('\u009b');
});

test('warns about misspelt names in .env, and keeps them', async () => {
	await writeFile(envFile, 'EDITOR=vi\nSTAFF_ROLE_ID=2\n');
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
	await wizard.answer('Discord bot token', DISCORD_TOKEN, ENTER);
	expect(await wizard.ended).toBe(0);
	expect(wizard.all()).toContain('did you mean STAFF_ROLE_IDS?');
	expect(wizard.all()).not.toContain('EDITOR');
	expect(await written()).toMatchObject({ STAFF_ROLE_ID: '2', EDITOR: 'vi', DISCORD_TOKEN });
});

test('Slack by socket: shows the link with the manifest, then asks for both tokens', async () => {
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to?', DOWN, SPACE, ENTER);
	await wizard.answer('How does Slack reach the bot?', ENTER);
	await wizard.answer('The bot token, xoxb-', SLACK_TOKEN, ENTER);
	await wizard.answer('The app token, xapp-', APP_TOKEN, ENTER);
	expect(await wizard.ended).toBe(0);
	expect(slack.world.calls.map(({ method, token }) => [method, token])).toEqual([
		['auth.test', SLACK_TOKEN],
		['apps.connections.open', APP_TOKEN],
	]);
	expect(await written()).toMatchObject({
		SLACK_BOT_TOKEN: SLACK_TOKEN,
		SLACK_APP_TOKEN: APP_TOKEN,
		DISCORD_TOKEN: '',
	});
	expect(wizard.all()).toMatch(/\nhttps:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=\S+\n/);
	for (const token of [SLACK_TOKEN, APP_TOKEN]) expect(wizard.all()).not.toContain(token);
	expect(used()).toEqual([]);
});

test('Slack by HTTP: asks for an address, and for the signing secret instead of the app token', async () => {
	await writeFile(envFile, 'SLACK_APP_TOKEN=xapp-of-before\n');
	slack.world.scopes = ['commands'];
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to?', DOWN, SPACE, ENTER);
	await wizard.answer('How does Slack reach the bot?', DOWN, ENTER);
	await wizard.answer('Its https address', 'http://bot.example.org', ENTER);
	await wizard.answer('manifest takes --link and the bot', '\u0015', 'https://bot.example.org', ENTER);
	await wizard.answer('The bot token, xoxb-', SLACK_TOKEN, ENTER);
	await wizard.answer('The signing secret', SECRET, ENTER);
	expect(await wizard.ended).toBe(0);
	expect(await written()).toEqual({ SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_SIGNING_SECRET: SECRET, SLACK_APP_TOKEN: '' });
	expect(decodeURIComponent(wizard.all())).toContain('https://bot.example.org/slack/events');
	expect(wizard.all()).toContain('The app lacks app_mentions:read');
});

test('asks again after a token of the wrong kind, and after one that is refused', async () => {
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
	await wizard.answer('Discord bot token', 'AbCdEfGhIjKlMnOpQrStUvWxYz_-0123', ENTER);
	await wizard.answer('That is the client secret from the OAuth2 page', 'MTAw.Gwrong.a-wrong-token', ENTER);
	await wizard.answer('Discord refuses DISCORD_TOKEN', DISCORD_TOKEN, ENTER);
	expect(await wizard.ended).toBe(0);
	expect((await written()).DISCORD_TOKEN).toBe(DISCORD_TOKEN);
	for (const secret of ['AbCdEfGh', 'a-wrong-token']) expect(wizard.all()).not.toContain(secret);
});

describe('warns about settings of the account that would break the bot', () => {
	test('on Discord', async () => {
		const ids = 'STAFF_ROLE_IDS=70010,70020\nDISCORD_REPORT_CHANNEL=999999\n';
		await writeFile(envFile, ids);
		discord.world.servers.set(GUILD, [GUILD, '70010']);
		Object.assign(discord.world.application, {
			interactions_endpoint_url: 'https://old.example.org',
			bot_require_code_grant: true,
			approximate_guild_count: 0,
			integration_types_config: { 0: {} },
		});
		const wizard = begin();
		await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
		await wizard.answer('Discord bot token', DISCORD_TOKEN, ENTER);
		expect(await wizard.ended).toBe(0);
		for (const warning of [
			'An Interactions Endpoint URL is set',
			'Requires OAuth2 Code Grant is on',
			'User Install is off',
			"None of the bot's servers has the role 70020",
			'The bot cannot see DISCORD_REPORT_CHANNEL 999999',
		]) {
			expect(wizard.all()).toContain(warning);
		}
		// Inviting the bot is the next step anyway.
		expect(wizard.all()).not.toContain('is not in any server');
		expect(wizard.all()).not.toContain('70010');
	});

	test('on Discord, if the application is private', async () => {
		discord.world.application.bot_public = false;
		const wizard = begin();
		await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
		await wizard.answer('Discord bot token', DISCORD_TOKEN, ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.all()).toContain('The application is private: only its owner can invite the bot');
	});

	test('on Slack, and asks again after the token of another app', async () => {
		await writeFile(envFile, 'SLACK_STAFF=S0GONE,U0OTHER\nSLACK_REPORT_CHANNEL=C0GONE\n');
		const wizard = begin();
		await wizard.answer('Which platforms should the bot connect to?', DOWN, SPACE, ENTER);
		await wizard.answer('How does Slack reach the bot?', ENTER);
		await wizard.answer('The bot token, xoxb-', SLACK_TOKEN, ENTER);
		await wizard.answer('The app token, xapp-', 'xapp-1-A0OTHER-1-fake', ENTER);
		await wizard.answer('SLACK_APP_TOKEN belongs to the app A0OTHER', APP_TOKEN, ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.all()).toContain('user group S0GONE from SLACK_STAFF; correct its id');
		expect(wizard.all()).toContain('cannot see SLACK_REPORT_CHANNEL C0GONE');
		expect(wizard.all()).not.toContain('U0OTHER');
		expect((await written()).SLACK_APP_TOKEN).toBe(APP_TOKEN);
	});
});

describe('a second run', () => {
	const before = `# ours\nDISCORD_TOKEN="${DISCORD_TOKEN}"\nDISCORD_APPLICATION_ID=55555\n\nDATA_DIR=/srv/data # big disk\n`;

	test('keeps the token without showing it, keeps all other lines, and corrects the application id', async () => {
		await writeFile(envFile, before);
		const wizard = begin();
		await wizard.answer('has a token', ENTER);
		await wizard.answer('DISCORD_TOKEN is set. Keep it?', ENTER);
		expect(await wizard.ended).toBe(0);
		expect(await readFile(envFile, 'utf8')).toBe(before.replace('55555', APPLICATION));
		expect(wizard.all()).not.toContain(DISCORD_TOKEN);
		expect(discord.world.commands.length).toBeGreaterThan(10);
	});

	test('can change the token', async () => {
		await writeFile(envFile, before.replace(DISCORD_TOKEN, 'MTAw.Golder.an-older-token'));
		const wizard = begin();
		await wizard.answer('has a token', ENTER);
		await wizard.answer('Keep it?', 'n');
		await wizard.answer('Discord bot token', DISCORD_TOKEN, ENTER);
		expect(await wizard.ended).toBe(0);
		expect((await written()).DISCORD_TOKEN).toBe(DISCORD_TOKEN);
	});

	test('says when the environment overrides a token', async () => {
		const wizard = begin({ DISCORD_TOKEN });
		await wizard.answer('has a token', ENTER);
		expect(await wizard.ended).toBe(0);
		expect(wizard.all()).toContain('DISCORD_TOKEN is set in the environment, which wins over .env.');
		expect((await written()).DISCORD_TOKEN).toBe('');
		const refused = begin({ DISCORD_TOKEN: 'MTAw.Gwrong.a-wrong-token' });
		void refused.answer('has a token', ENTER);
		await expect(refused.ended).rejects.toThrow(/^The environment sets DISCORD_TOKEN to a token that does not work/);
	});
});

test('if Discord cannot be reached, the token can be used unchecked, and deploy is left for later', async () => {
	await discord.close();
	const wizard = begin();
	await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
	await wizard.answer('Discord bot token', DISCORD_TOKEN, ENTER);
	await wizard.answer('Discord cannot be reached', ENTER);
	await wizard.answer('Discord cannot be reached', DOWN, ENTER);
	expect(await wizard.ended).toBe(0);
	expect((await written()).DISCORD_TOKEN).toBe(DISCORD_TOKEN);
	expect(wizard.all()).toContain('run deploy once Discord can be reached');
});

test.each([
	['Ctrl+C at the first question', 0, CTRL_C],
	['Ctrl+C in the middle of a token', 1, CTRL_C],
	['Ctrl+D at the first question', 0, CTRL_D],
	['Ctrl+D in the middle of a token', 1, CTRL_D],
])('%s writes nothing', async (_, answers, key) => {
	await writeFile(envFile, 'A=1\n');
	const wizard = begin();
	if (answers === 0) await wizard.answer('Which platforms should the bot connect to?', key);
	else {
		await wizard.answer('Which platforms should the bot connect to?', SPACE, ENTER);
		await wizard.answer('Discord bot token', 'MTAw', key);
	}
	expect(await wizard.ended).toBe(130);
	expect(wizard.all()).toContain('Nothing was written.');
	expect(await readFile(envFile, 'utf8')).toBe('A=1\n');
	expect(await readdir(directory)).toEqual(['.env']);
	expect(used()).toEqual([]);
});

test('without a terminal, says in one sentence what to set instead', async () => {
	const terminal = { input: new PassThrough(), output: new PassThrough() };
	const refused = setUp({ platforms, commands, environment: {}, envFile, ...terminal });
	await expect(refused).rejects.toThrow(
		'setup asks questions, so it needs a terminal; without one, set DISCORD_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN, in .env (see .env.example), then run deploy for Discord.',
	);
});
