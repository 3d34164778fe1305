import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { ConfigError } from '../../../../src/base/config.ts';
import type { Platform } from '../../../../src/chat/platform.ts';
import type { Desk } from '../../../../src/desk/desk.ts';
import { createSlack, type SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { TIMING } from './bot.ts';

let slack: FakeSlack;

beforeEach(async () => {
	vi.clearAllMocks();
	slack = await startFakeSlack();
});
afterEach(() => slack.close());

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

function platformWith(deps: Partial<SlackDeps>): Platform {
	const desk = { commands, writeFor() {} } as unknown as Desk;
	const settings = { desk, log, botToken: BOT_TOKEN, appToken: APP_TOKEN, port: 0, staff: [] };
	return createSlack({ ...settings, slackApiUrl: slack.slackApiUrl, timing: TIMING, ...deps });
}

describe('a malformed setting is rejected before the start', () => {
	test.each<[Partial<SlackDeps>, RegExp]>([
		[
			{ botToken: 'xoxp-user-token' },
			/^SLACK_BOT_TOKEN is not a bot token, which starts with xoxb-; copy it from http/,
		],
		[{ appToken: 'xoxb-1' }, /^SLACK_APP_TOKEN is not an app token, which starts with xapp-/],
		[{ appToken: undefined }, /^SLACK_APP_TOKEN is missing: .*SLACK_SIGNING_SECRET/],
	])('%o', (deps, sentence) => {
		let error: unknown;
		try {
			platformWith(deps);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(ConfigError);
		expect((error as ConfigError).message).toMatch(sentence);
		for (const token of Object.values(deps)) expect((error as ConfigError).message).not.toContain(token ?? '\n');
		expect(slack.world.calls).toEqual([]);
	});

	test('together with the others', () => {
		expect(() => platformWith({ botToken: 'x', appToken: 'y' })).toThrow(/2 problems.*BOT_TOKEN.*APP_TOKEN/s);
	});
});

describe('the start', () => {
	/** The error of the start. */
	async function startError(deps: Partial<SlackDeps>): Promise<Error> {
		const platform = platformWith(deps);
		try {
			return await platform.start().then(
				() => expect.unreachable('it started'),
				(error) => error,
			);
		} finally {
			await platform.stop();
		}
	}

	test('says which token Slack rejects', async () => {
		const bot = await startError({ botToken: 'xoxb-expired' });
		expect(bot).toBeInstanceOf(ConfigError);
		expect(bot.message).toMatch(/^Slack refuses SLACK_BOT_TOKEN \(invalid_auth\); copy a new one from https:/);
		const app = await startError({ appToken: 'xapp-expired' });
		expect(app).toBeInstanceOf(ConfigError);
		expect(app.message).toMatch(/^Slack refuses SLACK_APP_TOKEN \(invalid_auth\); create a new one at https:/);
		for (const { message } of [bot, app]) expect(message).not.toMatch(/expired/);
	});

	test('says that the tokens belong to two apps, though each is valid', async () => {
		slack.world.appToken = 'xapp-1-A0OTHER-1-fake';
		const { message } = await startError({ appToken: slack.world.appToken });
		expect(message).toMatch(
			/^SLACK_APP_TOKEN belongs to the app A0OTHER, and SLACK_BOT_TOKEN to the app A0FLIP; copy both from the same app/,
		);
	});

	test('reports a revoked token and an occupied port', async () => {
		slack.world.faults.set('auth.test', { error: 'token_revoked' });
		expect((await startError({})).message).toMatch(/^Slack refuses SLACK_BOT_TOKEN \(token_revoked\)/);
		slack.world.faults.clear();
		const port = Number(new URL(slack.slackApiUrl).port);
		const taken = await startError({ appToken: undefined, signingSecret: SIGNING_SECRET, port });
		expect(taken).toBeInstanceOf(ConfigError);
		expect(taken.message).toMatch(/^SLACK_PORT \d+ is in use by another program; set SLACK_PORT to a free port/);
	});
});

test('the start lists the scopes that the app lacks', async () => {
	slack.world.scopes = [
		'chat:write',
		'chat:write.public',
		'commands',
		'app_mentions:read',
		'im:history',
		'im:write',
		'usergroups:read',
	];
	const platform = platformWith({});
	expect(await platform.start()).toBe(
		'Slack: online in Class as flipside. Its app lacks the scopes channels:read, files:read, files:write, groups:read, users:read: paste the manifest again and reinstall the app (docs/slack.md).',
	);
	await platform.stop();
});

test('a Slack that cannot be reached is retried until it answers', async () => {
	const port = Number(new URL(slack.slackApiUrl).port);
	await slack.close();
	const platform = platformWith({ timing: { ...TIMING, retryMs: 20 } });
	expect(await platform.start()).toBe('Slack cannot be reached; trying again every 0.02 s.');
	slack = await startFakeSlack(port);
	await until('the log', () => log.warn.mock.calls.some(([, message]) => message.startsWith('Slack: online in Class')));
	await platform.stop();
	expect(log.error).not.toHaveBeenCalled();
});
