/** `deploy` and `doctor` as real processes, with the bundled model and fakes of both services. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN as DISCORD_TOKEN, GUILD } from '../../../fakes/discord/world.ts';
import { runFlipside } from '../../../fakes/run-flipside.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, CHANNEL, BOT_TOKEN as SLACK_TOKEN } from '../../../fakes/slack/world.ts';

const TOKENS = { DISCORD_TOKEN, SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_APP_TOKEN: APP_TOKEN };

/** Time to start a process that loads a model twice on a busy machine. */
const LONG = { timeout: 300_000 };

let cwd: string;
let discord: FakeDiscord;
let slack: FakeSlack;
beforeEach(async () => {
	cwd = await mkdtemp(join(tmpdir(), 'flipside-doctor-'));
	[discord, slack] = await Promise.all([startFakeDiscord(), startFakeSlack()]);
});
afterEach(async () => {
	await Promise.all([discord.close(), slack.close()]);
	await rm(cwd, { recursive: true, force: true });
});

async function flipside(verb: string, variables: Record<string, string>) {
	const own = {
		DISCORD_API_URL: discord.rest.api,
		SLACK_API_URL: slack.slackApiUrl,
		DATA_DIR: 'data',
		CONSOLE_PORT: '0',
	};
	const lines = Object.entries({ ...TOKENS, ...own, ...variables }).map(([name, value]) => `${name}=${value}\n`);
	await writeFile(join(cwd, '.env'), lines.join(''), { mode: 0o600 });
	const ended = await runFlipside([verb], { cwd, env: {} });
	for (const token of Object.values(TOKENS)) expect(ended.stdout + ended.stderr).not.toContain(token);
	return ended;
}

test('every line says ok when nothing is wrong', LONG, async () => {
	discord.world.servers.set(GUILD, [GUILD, '70010']);
	slack.world.groups.set('S0TAS', ['U0STUDENT']);
	const ids = { STAFF_ROLE_IDS: '70010', SLACK_STAFF: 'S0TAS', SLACK_REPORT_CHANNEL: CHANNEL };
	const deployed = await flipside('deploy', ids);
	expect(deployed).toMatchObject({
		status: 0,
		stderr: '',
		stdout: expect.stringMatching(/^Registered with Discord: /),
	});
	const { status, stdout, stderr } = await flipside('doctor', ids);
	expect(stderr).toBe('');
	expect(stdout.split('\n').filter((line) => line && !line.startsWith('ok  '))).toEqual([]);
	for (const name of [
		'Discord commands',
		'Discord staff',
		'Slack app token',
		'Slack staff',
		'Slack reports',
		'clock',
	]) {
		expect(stdout).toContain(`ok    ${name}: `);
	}
	expect(status).toBe(0);
});

test('problems get a line each, and end it with status 1', LONG, async () => {
	const { status, stdout } = await flipside('doctor', {
		GPU_CONCURRENCY: '0',
		STAFF_ROLE_IDS: 'x',
		DISCORD_TOEKN: 'x',
	});
	expect(stdout.split('\n').filter((line) => line && !line.startsWith('ok  '))).toEqual([
		expect.stringMatching(/^warn {2}configuration: .*did you mean DISCORD_TOKEN\?$/),
		expect.stringMatching(/^fail {2}configuration: .*GPU_CONCURRENCY/),
		expect.stringMatching(/^fail {2}configuration: .*STAFF_ROLE_IDS/),
	]);
	expect(status).toBe(1);
});
