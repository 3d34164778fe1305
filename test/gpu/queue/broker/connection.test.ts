import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerError, connectOnce } from '../../../../gpu/queue/broker/connection.ts';
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
