/** Suites that need a real broker; without one they are skipped, with the reason in their titles. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { openConnection } from '../../../../gpu/queue/broker/connection.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';

export interface Broker {
	readonly server: RedisServer;
	/** Connected to it. */
	readonly redis: Redis;
}

/** @param suite receives a broker that is there once its tests run, and empty before each of them */
export function describeOnBroker(title: string, suite: (broker: Broker) => void): void {
	describe.skipIf(NO_REDIS)(NO_REDIS ? `${title} (${NO_REDIS})` : title, () => {
		const broker: { server: RedisServer; redis: Redis } = {} as Broker;
		beforeAll(async () => {
			broker.server = await RedisServer.start();
			broker.redis = openConnection(broker.server.url);
		});
		afterAll(async () => {
			broker.redis?.disconnect();
			await broker.server?.close();
		});
		beforeEach(() => broker.redis.flushall());
		suite(broker);
	});
}
