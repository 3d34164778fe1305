import { ReplyError } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerError, connectOnce, explained } from '../../../../gpu/queue/broker/connection.ts';
import { failureOf } from '../../../../gpu/queue/broker/failure.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';

describe.skipIf(NO_REDIS)(`a broker that refuses${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	beforeAll(async () => {
		server = await RedisServer.start({ options: ['--requirepass', 'the right one'] });
	});
	afterAll(() => server?.close());

	it.each([
		['', 'The broker wants a password; put it into QUEUE_URL, as redis://:PASSWORD@HOST:6379.', true],
		[':wrong@', 'The broker refuses the password in QUEUE_URL; correct it there.', true],
	])('explains why it refuses "%s"', async (login, message, isFinal) => {
		const refused = await connectOnce(server.url.replace('//', `//${login}`)).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(BrokerError);
		expect(refused).toMatchObject({ message, isFinal });
	});

	it('explains that it has no such database, which its client would replace by another', async () => {
		await expect(connectOnce(`${server.url.replace('//', '//:the%20right%20one@')}/99`)).rejects.toMatchObject({
			message:
				'The broker has no database with the number in QUEUE_URL; correct it there, or raise its setting databases.',
			isFinal: true,
		});
	});

	it('lets the right password in, and can be waited for if it is not there', async () => {
		const redis = await connectOnce(server.url.replace('//', '//:the%20right%20one@'));
		expect(await redis.ping()).toBe('PONG');
		redis.disconnect();
		await expect(connectOnce('redis://127.0.0.1:1')).rejects.toMatchObject({
			message: 'The broker cannot be reached (ECONNREFUSED); check that it runs, and QUEUE_URL.',
			isFinal: false,
		});
	});
});

describe('what went wrong', () => {
	const coded = (code: string, message: string) => Object.assign(new Error(message), { code });
	const unreachable = (why: string) => `The broker cannot be reached (${why}); check that it runs, and QUEUE_URL.`;

	it.each([
		[coded('ECONNRESET', 'read ECONNRESET'), unreachable('ECONNRESET')],
		[coded('EAI_AGAIN', 'getaddrinfo EAI_AGAIN broker'), unreachable('EAI_AGAIN')],
		[coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), unreachable('DEPTH_ZERO_SELF_SIGNED_CERT')],
		[coded('CERT_HAS_EXPIRED', 'certificate has expired'), unreachable('CERT_HAS_EXPIRED')],
		[new Error('Connection is closed.'), unreachable('connection lost')],
		[new Error("Socket timeout. Expecting data, but didn't receive any in 10000ms."), unreachable('connection lost')],
	])('is the network in %s', (error, message) => expect(explained(error).message).toBe(message));

	it.each([
		[
			coded('ENOENT', "ENOENT: no such file or directory, open 'x'"),
			"Error: ENOENT: no such file or directory, open 'x'",
		],
		[new TypeError('models.usable is not iterable'), 'TypeError: models.usable is not iterable'],
		[new RangeError('a timeout of -1\nis too short'), 'RangeError: a timeout of -1'],
		[undefined, 'undefined'],
	])('is here in %s, which people need not know', (error, words) => {
		expect(explained(error).message).toBe(`Something went wrong here: ${words}.`);
		expect(failureOf('a', error)).toEqual({
			...{ id: 'a', type: 'failed', fault: 'internal' },
			message: 'Something went wrong between the bot and its workers; their logs have the details.',
		});
	});

	it.each([
		["OOM command not allowed when used memory > 'maxmemory'.", 'The broker is out of memory; raise its maxmemory.'],
		[
			'ERR Error running script (call to f_1): @user_script:9: @user_script: 9: -OOM command not allowed when used memory',
			'The broker is out of memory; raise its maxmemory.',
		],
		[
			"READONLY You can't write against a read only replica.",
			'The broker cannot be written to (READONLY); its log says why.',
		],
		["ERR unknown command 'PEXPIRE'", "The broker refused a command (ERR unknown command 'PEXPIRE')."],
	])('is the broker in %s', (text, message) => expect(explained(new ReplyError(text)).message).toBe(message));

	it('is what a transaction was given up for', () => {
		const reasons = [new ReplyError('OOM command not allowed')];
		const given = Object.assign(new ReplyError('EXECABORT Transaction discarded.'), { previousErrors: reasons });
		expect(explained(given).message).toBe('The broker is out of memory; raise its maxmemory.');
	});
});
