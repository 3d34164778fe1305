import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBrokerBlobStore } from '../../../../gpu/queue/broker/broker-blobs.ts';
import { connectOnce } from '../../../../gpu/queue/broker/connection.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { blobsContract, HELLO, HELLO_SHA256 } from '../blobs-contract.ts';

describe.skipIf(NO_REDIS)(`the blob store on a broker${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	const keys = keysOf('test');
	let server: RedisServer;
	let redis: Redis;
	beforeAll(async () => {
		server = await RedisServer.start();
		redis = await connectOnce(server.url);
	});
	afterAll(async () => {
		redis?.disconnect();
		await server?.close();
	});
	beforeEach(() => redis.flushall());

	const storeFor = (keepMs: number) => {
		return createBrokerBlobStore(redis, keys, { keepMs, maxPut: 2 * 2 ** 20, maxGet: 2 ** 20 });
	};

	blobsContract(() => storeFor(60_000));

	it('keeps a blob for a limited time after it was last put', async () => {
		await storeFor(1000).put(HELLO);
		expect(await redis.pttl(keys.blob(HELLO_SHA256))).toBeLessThanOrEqual(1000);
		await storeFor(60_000).put(HELLO);
		expect(await redis.pttl(keys.blob(HELLO_SHA256))).toBeGreaterThan(1000);
	});

	it('never returns other bytes than were put', async () => {
		await redis.set(keys.blob(HELLO_SHA256), 'jello');
		await expect(storeFor(60_000).get(HELLO_SHA256)).rejects.toThrow('no longer stored');
	});

	it('neither sends nor takes what is too large', async () => {
		const store = storeFor(60_000);
		const refusal = (size: number, max: number) =>
			`A file of ${size} MiB is too large to travel between a bot and its workers; it may have at most ${max} MiB.`;
		await expect(store.put(Buffer.alloc(2 * 2 ** 20 + 1))).rejects.toThrow(refusal(3, 2));
		expect(await redis.dbsize()).toBe(0);
		const ref = await store.put(Buffer.alloc(2 * 2 ** 20));
		await expect(store.get(ref)).rejects.toThrow(refusal(2, 1));
		const small = await store.put(Buffer.alloc(2 ** 20));
		expect(await store.get(small)).toHaveLength(2 ** 20);
	});
});
