/** The fakes notice undocumented requests, respond like the services, and fail the test. */
import { expect, test } from 'vitest';
import { startFakeDiscord } from './discord/fake-discord.ts';
import { CHANNEL, BOT_TOKEN as DISCORD_TOKEN } from './discord/world.ts';
import { startFakeSlack } from './slack/fake-slack.ts';
import { CHANNEL as SLACK_CHANNEL, BOT_TOKEN as SLACK_TOKEN } from './slack/world.ts';

test('on Discord', async () => {
	const discord = await startFakeDiscord();
	const post = async (body: object) => {
		const headers = { authorization: `Bot ${DISCORD_TOKEN}`, 'content-type': 'application/json' };
		const address = `${discord.rest.api}/v10/channels/${CHANNEL}/messages`;
		const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
		return [response.status, ((await response.json()) as { code?: number }).code];
	};
	expect(await post({ content: 'x'.repeat(2000), flags: 4 })).toEqual([200, undefined]);
	expect(discord.world.violations.take()).toEqual([]);
	// Discord silently ignores the field.
	expect(await post({ content: 'hello', colour: 'red' })).toEqual([200, undefined]);
	expect(await post({ content: 'x'.repeat(2001) })).toEqual([400, 50035]);
	expect(await post({ content: '', allowed_mentions: { parse: ['users'], users: ['1'] } })).toEqual([400, 50035]);
	await expect(discord.close()).rejects.toThrow(
		/undocumented requests:\nPOST .*"colour"\nPOST .*: content: .*2000.*\nPOST .*: allowed_mentions: a kind stands in parse or has a list/,
	);
});

test('on Slack', async () => {
	const slack = await startFakeSlack();
	const call = async (method: string, args: Record<string, string>) => {
		const headers = { authorization: `Bearer ${SLACK_TOKEN}` };
		const body = new URLSearchParams(args);
		const response = await fetch(slack.slackApiUrl + method, { method: 'POST', headers, body });
		return ((await response.json()) as { error?: string }).error;
	};
	const channel = SLACK_CHANNEL;
	expect(await call('chat.postMessage', { channel, text: 'hello' })).toBeUndefined();
	expect(slack.world.violations.take()).toEqual([]);
	expect(await call('chat.postMessage', { channel, text: 'hello', colour: 'red' })).toBeUndefined();
	expect(await call('chat.postMessage', { channel })).toBe('no_text');
	expect(await call('chat.postMessage', { channel, blocks: '[{"type":"image","alt_text":""}]' })).toBe(
		'invalid_blocks',
	);
	expect(await call('users.info', {})).toBe('invalid_arguments');
	await expect(slack.close()).rejects.toThrow(
		/undocumented requests:\nchat\.postMessage: .*"colour"\nchat\.postMessage: the whole: one of text[^\n]*\nchat\.postMessage: blocks\.0\.alt_text: /,
	);
});
