/** Puts both platforms into trouble with the real log at its most verbose, which must not contain any token. */
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/base/config.ts';
import { createLog } from '../../../src/base/log.ts';
import { platforms } from '../../../src/platforms/index.ts';
import { BOT_TOKEN as DISCORD_TOKEN } from '../../fakes/discord/world.ts';
import { APP_TOKEN, SIGNING_SECRET, BOT_TOKEN as SLACK_TOKEN, STUDENT } from '../../fakes/slack/world.ts';
import { until } from '../../fakes/until.ts';
import * as discordBot from '../platforms/discord/bot.ts';
import * as slackBot from '../platforms/slack/bot.ts';

const TOKENS = {
	DISCORD_TOKEN,
	SLACK_BOT_TOKEN: SLACK_TOKEN,
	SLACK_APP_TOKEN: APP_TOKEN,
	SLACK_SIGNING_SECRET: SIGNING_SECRET,
	HF_TOKEN: 'hf_a-token-of-the-class',
};

const bots: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(bots.splice(0).map((bot) => bot.stop())));

function recorder() {
	const lines: string[] = [];
	const config = readConfig(platforms, { ...TOKENS, LOG_LEVEL: 'debug' });
	return { lines, log: createLog(config, { write: (line: string) => void lines.push(line) }) };
}

/** How many of the lines are warnings or errors. */
const troubles = (lines: readonly string[]) => lines.filter((line) => JSON.parse(line).level >= 40).length;

/** @param extra tokens that appeared only during the test */
function expectNoTokens(lines: readonly string[], extra: readonly string[] = []): void {
	const text = lines.join('');
	for (const token of [...Object.values(TOKENS), ...extra]) {
		expect(text).not.toContain(token);
		expect(text).not.toContain(Buffer.from(token).toString('base64').slice(0, 12));
	}
	for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
}

test('the values of all variables with secret-sounding names are secrets', () => {
	expect(readConfig(platforms, { ...TOKENS, LOG_LEVEL: 'debug' }).secrets.values).toEqual(Object.values(TOKENS));
});

test('errors that contain whole requests, nested or as text', () => {
	const { lines, log } = recorder();
	const error = Object.assign(new Error(`401 for Bot ${DISCORD_TOKEN}`), {
		config: { headers: { Authorization: `Bearer ${SLACK_TOKEN}` }, url: `https://x.test/?t=${TOKENS.HF_TOKEN}` },
		requestBody: { json: { token: APP_TOKEN, content: 'a prompt', nested: [{ deep: SIGNING_SECRET }] } },
	});
	log.error({ error, details: { line: `echo ${Buffer.from(SLACK_TOKEN).toString('base64')}` } }, `no ${APP_TOKEN}`);
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('401 for Bot [secret]');
	expect(lines[0]).not.toContain('a prompt');
	expectNoTokens(lines);
});

test('terminal control characters are escaped, and readable again as JSON', () => {
	const { lines, log } = recorder();
	const name = 'Mallory \u001b[2J\u009b31m\u202etxt.exe';
	log.warn({ name }, `nobody lets ${name} in`);
	expect(lines.join('')).toMatch(/^[ -~]+\n$/);
	expect(JSON.parse(lines[0])).toMatchObject({ name, msg: `nobody lets ${name} in` });
});

describe('Discord', () => {
	test('with server errors, late interactions and expired tokens', async () => {
		const { lines, log } = recorder();
		const bot = await discordBot.startBot({ log });
		bots.push(bot);
		const { world } = bot.discord;
		world.ackMs = -1;
		const late = bot.discord.slash('generate', { prompt: 'a dog' });
		await until('the late answer', () => lines.some((line) => line.includes('could not be acknowledged')));
		await until('its job', () => bot.runner.submitted.length === 1 && bot.store.open().length === 0);
		world.ackMs = 3000;
		bot.runner.holdAt = 1;
		const dying = bot.discord.slash('generate', { prompt: 'a dog' });
		await until('progress', () => dying.original?.content.includes('Step 1'));
		Object.assign(world, { tokensExpired: true, botInChannel: false });
		bot.runner.holdAt = undefined;
		await until('the lost edit', () => troubles(lines) > 1);
		expectNoTokens(lines, [late.token, dying.token]);
	});

	test('with a rejected token', async () => {
		const { lines, log } = recorder();
		const bot = await discordBot.startBot({ log });
		bots.push(bot);
		bot.discord.world.botToken = 'MTAwMDAw.Gother.another-token';
		const refused = await bot
			.again()
			.start()
			.catch((error: Error) => error.message);
		expect(refused).toMatch(/^Discord refuses DISCORD_TOKEN/);
		expect(refused).not.toContain(DISCORD_TOKEN);
		expectNoTokens(lines);
	});
});

describe('Slack', () => {
	test('with rejected, rate-limited and broken calls', async () => {
		const { lines, log } = recorder();
		const bot = await slackBot.startBot({ log });
		bots.push(bot);
		bot.world.faults.set('files.getUploadURLExternal', { error: 'internal_error' });
		bot.world.broken.set('chat.update', 3);
		await bot.slack.slash('/flipside', 'generate a dog', { user: STUDENT });
		await until('a line of the log', () => troubles(lines) > 0);
		bot.world.faults.set('chat.postMessage', { error: 'fatal_error' });
		await bot.slack.slash('/flipside', 'generate a cat', { user: STUDENT });
		await until('more of it', () => troubles(lines) > 1);
		expectNoTokens(lines);
	});

	test('with rejected tokens', async () => {
		const { lines, log } = recorder();
		for (const wrong of [{ botToken: 'xoxb-a-wrong-one' }, { appToken: 'xapp-a-wrong-one' }]) {
			const refused = await slackBot.startBot({ log, ...wrong }).catch((error: Error) => error.message);
			expect(refused).toMatch(/^Slack refuses/);
			expect(refused).not.toContain('a-wrong-one');
		}
		expectNoTokens(lines, ['a-wrong-one']);
	});
});
