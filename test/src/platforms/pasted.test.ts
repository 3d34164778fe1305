import { expect, test } from 'vitest';
import { tokenMistake } from '../../../src/platforms/discord/pasted.ts';
import { cleaned } from '../../../src/platforms/pasted.ts';
import { appTokenMistake, botTokenMistake, signingSecretMistake } from '../../../src/platforms/slack/pasted.ts';
import { BOT_TOKEN as DISCORD } from '../../fakes/discord/world.ts';

const MISTAKES = {
	DISCORD_TOKEN: tokenMistake,
	SLACK_BOT_TOKEN: botTokenMistake,
	SLACK_APP_TOKEN: appTokenMistake,
	SLACK_SIGNING_SECRET: signingSecretMistake,
};

const HEX32 = '0123456789abcdef'.repeat(2);

test.each([
	['  xoxb-1-a \n', 'xoxb-1-a'],
	['SLACK_BOT_TOKEN=xoxb-1-a', 'xoxb-1-a'],
	['export DISCORD_TOKEN="a.b.c"', 'a.b.c'],
	["'a.b.c'", 'a.b.c'],
	['Bot a.b.c', 'a.b.c'],
	['Bearer xoxb-1', 'xoxb-1'],
])('%j is cleaned to %j', (pasted, value) => expect(cleaned(pasted)).toBe(value));

test.each<[keyof typeof MISTAKES, string, RegExp | undefined]>([
	['DISCORD_TOKEN', DISCORD, undefined],
	['DISCORD_TOKEN', '', /^Paste the bot token/],
	['DISCORD_TOKEN', 'AbCdEfGhIjKlMnOpQrStUvWxYz_-0123', /^That is the client secret from the OAuth2 page/],
	['DISCORD_TOKEN', '0123456789abcdef'.repeat(4), /public key/],
	['DISCORD_TOKEN', '100000000000000001', /^That is an id/],
	['DISCORD_TOKEN', 'xoxb-1-2-abc', /^That is a Slack token/],
	['DISCORD_TOKEN', 'mfa.abc', /person’s token/],
	['DISCORD_TOKEN', 'https://discord.com/api/webhooks/1/abc', /webhook’s address/],
	['DISCORD_TOKEN', 'hunter2', /^DISCORD_TOKEN is not a bot token/],
	['SLACK_BOT_TOKEN', 'xoxb-1-2-abc', undefined],
	['SLACK_BOT_TOKEN', 'xoxp-1-2-abc', /^That is a person’s token \(User OAuth Token\)/],
	['SLACK_BOT_TOKEN', 'xapp-1-A012-3-abc', /^That is the app token, which comes next/],
	['SLACK_BOT_TOKEN', 'xoxe.xoxp-1-abc', /for configuring apps/],
	['SLACK_BOT_TOKEN', HEX32, /^That is a secret from the Basic Information page/],
	['SLACK_BOT_TOKEN', DISCORD, /^That looks like Discord’s token/],
	['SLACK_BOT_TOKEN', 'A012ABCD0A0', /^That is an id/],
	['SLACK_BOT_TOKEN', 'hunter2', /^SLACK_BOT_TOKEN is not a bot token/],
	['SLACK_APP_TOKEN', 'xapp-1-A012-3-abc', undefined],
	['SLACK_APP_TOKEN', 'xoxb-1-2-abc', /^That is the bot token again/],
	['SLACK_APP_TOKEN', 'xoxp-1-2-abc', /person’s token/],
	['SLACK_APP_TOKEN', 'hunter2', /^SLACK_APP_TOKEN is not an app token/],
	['SLACK_SIGNING_SECRET', HEX32, undefined],
	['SLACK_SIGNING_SECRET', 'xoxb-1-2-abc', /^That is a token; the signing secret/],
	['SLACK_SIGNING_SECRET', 'hunter2', /^That is not a signing secret/],
])('%s = %j: %s', (variable, value, sentence) => {
	const found = MISTAKES[variable](value);
	if (!sentence) expect(found).toBeUndefined();
	else expect(found).toMatch(sentence);
	if (value.length > 8) expect(found ?? '').not.toContain(value);
});
