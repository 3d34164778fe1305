import { describe, expect, test } from 'vitest';
import { createRedactor, REDACTED } from '../../../src/base/redact.ts';
import { platforms } from '../../../src/platforms/index.ts';

const SECRET = 'p+ss"w/rd-of-the-class';

const forms = platforms.flatMap(({ secretForms = [] }) => secretForms);
const redactorOf = (...values: string[]) => createRedactor({ values, forms });

describe('a secret is redacted', () => {
	const redact = redactorOf(SECRET);
	test.each([
		['as it is', SECRET],
		['from an address', `https://x.test/?key=${encodeURIComponent(SECRET)}`],
		['from JSON', JSON.stringify({ deep: [SECRET] })],
		['from base64', `Basic ${Buffer.from(SECRET).toString('base64')}`],
		['from base64url', Buffer.from(SECRET).toString('base64url')],
	])('%s', (_, text) => {
		const redacted = redact(text);
		expect(redacted).toContain(REDACTED);
		expect(redacted).not.toMatch(/p\+ss|ss%22w|cCtz/);
	});

	test('completely, if a shorter one is its beginning', () => {
		const both = redactorOf('secret-one', 'secret-one-and-two');
		expect(both('a secret-one-and-two b secret-one')).toBe(`a ${REDACTED} b ${REDACTED}`);
	});
});

test('and JSON stays valid', () => {
	const line = JSON.stringify({ error: { token: SECRET, url: `https://discord.com/api/webhooks/123/abc-DEF_1?x=1` } });
	expect(JSON.parse(redactorOf(SECRET)(line))).toEqual({
		error: { token: REDACTED, url: `https://discord.com/api/webhooks/123/${REDACTED}?x=1` },
	});
});

test.each([
	['sent with xoxb-123-abcDEF now', `sent with ${REDACTED} now`],
	['sent with xapp-1-A012-34-ef now', `sent with ${REDACTED} now`],
	[`Bot ${'MTAwMDAwMDAwMDAwMDAwMDAw'}.Gabcde.${'x'.repeat(38)}`, `Bot ${REDACTED}`],
	['POST /interactions/42/aW50ZXJhY3Rpb24_x/callback', `POST /interactions/42/${REDACTED}/callback`],
	['https://hooks.slack.com/commands/T1/2/abc', `https://hooks.slack.com/${REDACTED}`],
])('anything that looks like a token is redacted: %s', (text, expected) => {
	expect(redactorOf()(text)).toBe(expected);
});

test('a long line takes linear time', () => {
	const line = 'a-'.repeat(200_000);
	const began = performance.now();
	expect(redactorOf(SECRET)(line)).toBe(line);
	expect(performance.now() - began).toBeLessThan(2000);
});

test('other text is kept', () => {
	const text = 'SLACK_BOT_TOKEN is not a bot token, which starts with xoxb-; GET /webhooks/1 took 1.25 s at 127.0.0.1';
	expect(redactorOf('1.25', '')(text)).toBe(text);
});
