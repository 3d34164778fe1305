/** How the bot's process starts. Its parts have their own tests. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';

const TOKENS = { DISCORD_TOKEN: 'a-client-secret', SLACK_BOT_TOKEN: 'xoxp-users-token', SLACK_APP_TOKEN: 'xoxb-0' };
const TOKEN_PROBLEMS = ' {2}DISCORD_TOKEN is.*\\n {2}SLACK_BOT_TOKEN is.*\\n {2}SLACK_APP_TOKEN is.*\\n$';

/** Starts the bot, waits until it ends, and removes its folder. */
async function startBot(settings: Readonly<Record<string, string>>, ...argv: readonly string[]) {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-bot-'));
	const env = { PATH: process.env.PATH, DATA_DIR: directory, CONSOLE_PORT: '0', ...settings };
	const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
	const ended = spawnSync(process.execPath, [LAUNCHER, main, ...argv], { env, encoding: 'utf8', cwd: directory });
	await rm(directory, { recursive: true, force: true });
	return ended;
}

test.each([
	['the tokens of both platforms', {}, /^The configuration has 3 problems:\n/],
	['other settings too', { DEVICES: 'abacus' }, /^The configuration has 4 problems:\n {2}DEVICES must be.*\n/],
])('reports %s at once, without showing a token', async (_, settings, beginning) => {
	const { status, stdout, stderr } = await startBot({ ...TOKENS, ...settings });
	expect(status).toBe(2);
	expect(stdout).toBe('');
	expect(stderr).toMatch(new RegExp(beginning.source + TOKEN_PROBLEMS));
	for (const token of Object.values(TOKENS)) expect(stderr).not.toContain(token);
});

test('refuses a command, which is for the command line', async () => {
	const { status, stdout, stderr } = await startBot({}, 'models', 'pull');
	expect(status).toBe(2);
	expect(stdout).toBe('');
	expect(stderr).toBe(
		'The bot takes no arguments, but was given "models"; commands come after "npm run -s flipside --", and settings into .env.\n',
	);
});
