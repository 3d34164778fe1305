import { expect, it } from 'vitest';
import { createBrokerBlobStore } from '../../../../gpu/queue/broker/broker-blobs.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { blobsContract, HELLO, HELLO_SHA256 } from '../blobs-contract.ts';
import { describeOnBroker } from './on-a-broker.ts';

describeOnBroker('the blob store on a broker', (broker) => {
	const keys = keysOf('test');
	const storeFor = (keepMs: number) => {
		return createBrokerBlobStore(broker.redis, keys, { keepMs, maxPut: 2 * 2 ** 20, maxGet: 2 ** 20 });
	};

	blobsContract(() => storeFor(60_000));

	it('keeps a blob for a limited time after it was last put', async () => {
		await storeFor(1000).put(HELLO);
		expect(await broker.redis.pttl(keys.blob(HELLO_SHA256))).toBeLessThanOrEqual(1000);
		await storeFor(60_000).put(HELLO);
		expect(await broker.redis.pttl(keys.blob(HELLO_SHA256))).toBeGreaterThan(1000);
	});

	it('never returns other bytes than were put', async () => {
		await broker.redis.set(keys.blob(HELLO_SHA256), 'jello');
		await expect(storeFor(60_000).get(HELLO_SHA256)).rejects.toThrow('no longer stored');
	});

	it('neither sends nor takes what is too large', async () => {
		const store = storeFor(60_000);
		const refusal = (size: number, max: number) =>
			`A file of ${size} MiB is too large to travel between a bot and its workers; it may have at most ${max} MiB.`;
		await expect(store.put(Buffer.alloc(2 * 2 ** 20 + 1))).rejects.toThrow(refusal(3, 2));
		expect(await broker.redis.dbsize()).toBe(0);
		const ref = await store.put(Buffer.alloc(2 * 2 ** 20));
		await expect(store.get(ref)).rejects.toThrow(refusal(2, 1));
		const small = await store.put(Buffer.alloc(2 ** 20));
		expect(await store.get(small)).toHaveLength(2 ** 20);
	});
});
