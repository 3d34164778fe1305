import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/base/config.ts';
import { slack as platform } from '../../../../src/platforms/slack/index.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { APP_TOKEN, CHANNEL, BOT_TOKEN as SLACK_TOKEN } from '../../../fakes/slack/world.ts';
import { findingsOf } from '../findings.ts';

let slack: FakeSlack;
beforeEach(async () => {
	slack = await startFakeSlack();
});
afterEach(() => slack.close());

const TOKENS = { SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_APP_TOKEN: APP_TOKEN };
const checks = (variables = {}) => findingsOf(platform, { ...TOKENS, SLACK_API_URL: slack.slackApiUrl, ...variables });

test('malformed tokens are reported together and not sent', async () => {
	const found = await checks({ SLACK_BOT_TOKEN: 'xoxp-users-own-token', SLACK_APP_TOKEN: SLACK_TOKEN });
	expect(found.map(({ status }) => status)).toEqual(['fail', 'fail']);
	expect(slack.world.calls.filter(({ token }) => token)).toEqual([]);
});

test('rejected tokens', async () => {
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

test('tokens of two apps', async () => {
	slack.world.appToken = 'xapp-1-A0OTHER-1-fake';
	expect((await checks({ SLACK_APP_TOKEN: slack.world.appToken })).at(-1)).toMatchObject({
		name: 'Slack app token',
		status: 'fail',
		text: expect.stringMatching(/^SLACK_APP_TOKEN belongs to the app A0OTHER, and SLACK_BOT_TOKEN to the app A0FLIP/),
	});
});

test('unknown staff', async () => {
	slack.world.groups.set('S0TAS', ['U0STUDENT']).set('S0EMPTY', []);
	slack.world.users.push({ id: 'U0FORMER', name: 'former', left: true });
	const staff = 'S0TAS, S0GONE, S0EMPTY, U0OTHER, U0NOBODY, U0FORMER';
	const found = (await checks({ SLACK_STAFF: staff })).filter(({ name }) => name === 'Slack staff');
	expect(found).toMatchObject([
		{ status: 'ok', text: 'the user group S0TAS exists' },
		{ status: 'fail', text: expect.stringMatching(/S0GONE from SLACK_STAFF; correct its id/) },
		{ status: 'fail', text: expect.stringMatching(/S0EMPTY from SLACK_STAFF has no members; add them/) },
		{ status: 'ok', text: 'the member U0OTHER exists' },
		{ status: 'fail', text: expect.stringMatching(/no member U0NOBODY.*; correct the id/) },
		{ status: 'fail', text: expect.stringMatching(/U0FORMER from SLACK_STAFF is deactivated; remove it/) },
	]);
});

describe('the channel for reports', () => {
	const reports = async (id: string) =>
		(await checks({ SLACK_REPORT_CHANNEL: id })).filter(({ name }) => name === 'Slack reports');

	test('exists; a public one needs no invitation', async () => {
		expect(await reports(CHANNEL)).toMatchObject([{ status: 'ok' }]);
		slack.world.notIn.add(CHANNEL);
		expect(await reports(CHANNEL)).toMatchObject([{ status: 'ok' }]);
	});

	test.each([
		['is not there', 'C0GONE', /cannot see SLACK_REPORT_CHANNEL C0GONE; correct the id/],
		['is closed to the bot', 'C0CLOSED', /cannot see SLACK_REPORT_CHANNEL C0CLOSED; .*\/invite @Flipside there/],
		['is archived', 'C0OLD', /C0OLD is archived; name another channel/],
	])('%s', async (_, id, sentence) => {
		slack.world.channels.set('C0CLOSED', { kind: 'private' }).set('C0OLD', { archived: true });
		slack.world.notIn.add('C0CLOSED');
		expect(await reports(id)).toMatchObject([{ status: 'fail', text: expect.stringMatching(sentence) }]);
	});

	test('cannot be checked with an older manifest', async () => {
		slack.world.scopes = ['chat:write'];
		expect(await reports(CHANNEL)).toMatchObject([
			{ status: 'warn', text: expect.stringMatching(/lacks the scope channels:read; .* reinstall the app/) },
		]);
	});
});

test('missing scopes', async () => {
	slack.world.scopes = ['chat:write', 'commands'];
	const [, scopes] = await checks();
	expect(scopes).toMatchObject({
		status: 'fail',
		text: expect.stringMatching(/lacks app_mentions:read, channels:read, chat:write\.public, files:read, /),
	});
});

test('the form of the signing secret, for HTTP', async () => {
	const secret = { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2) };
	expect((await checks(secret)).map(({ name, status }) => `${status} ${name}`)).toEqual([
		'ok Slack bot token',
		'ok Slack scopes',
		'ok Slack signing secret',
	]);
	expect((await checks({ ...secret, SLACK_SIGNING_SECRET: 'sesame' })).at(-1)).toMatchObject({ status: 'warn' });
});

test('the port is only needed for HTTP', () => {
	const port = (variables: NodeJS.ProcessEnv) =>
		platform.port?.(readConfig([platform], variables).platforms.get('slack'));
	expect(port(TOKENS)).toBeUndefined();
	const http = { ...TOKENS, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'sesame', SLACK_PORT: '3210' };
	expect(port(http)).toEqual({ name: 'Slack port', variable: 'SLACK_PORT', port: 3210, isFixed: true });
});
