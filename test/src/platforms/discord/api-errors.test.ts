import { DiscordAPIError, HTTPError } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { describeError, isOutOfReach, isPassing } from '../../../../src/platforms/discord/api-errors.ts';

const URL_WITH_TOKEN = 'https://discord.com/api/v10/webhooks/1/secret-token/messages/@original';
const REQUEST = { body: { content: 'a private prompt' }, files: undefined };

const refusal = (status: number, code: number) =>
	new DiscordAPIError({ code, message: 'Refused' }, code, status, 'PATCH', URL_WITH_TOKEN, REQUEST);
const withCode = (code: string) => Object.assign(new Error('it failed'), { code });

describe('temporary trouble', () => {
	test.each<[string, Error]>([
		['an error of Discord’s own', new HTTPError(503, 'Service Unavailable', 'PATCH', URL_WITH_TOKEN, REQUEST)],
		['the same with a body', refusal(500, 0)],
		['a refused connection', withCode('ECONNREFUSED')],
		['a name that is not resolved', withCode('EAI_AGAIN')],
		['a closed socket', withCode('UND_ERR_SOCKET')],
		['a request that took too long', new DOMException('aborted', 'AbortError')],
	])('%s', (_what, error) => {
		expect(isPassing(error)).toBe(true);
	});

	test.each<[string, unknown]>([
		['a message that Discord refuses', refusal(400, 50035)],
		['a message that is gone', refusal(404, 10008)],
		['a mistake of ours', new TypeError('x is not a function')],
		['a mistake that Node finds', withCode('ERR_INVALID_ARG_TYPE')],
		['no error at all', 'ECONNREFUSED'],
	])('does not include: %s', (_what, error) => {
		expect(isPassing(error)).toBe(false);
	});
});

test('a channel that the bot cannot see is out of reach', () => {
	expect([50001, 50013, 10003, 10008].map((code) => isOutOfReach(refusal(403, code)))).toEqual([
		true,
		true,
		true,
		true,
	]);
	expect(isOutOfReach(refusal(400, 50035))).toBe(false);
});

test('the log gets neither address nor body', () => {
	const logged = JSON.stringify(describeError(refusal(400, 50035)));
	expect(logged).toContain('50035');
	expect(logged).not.toMatch(/secret-token|private prompt/);
});
