/** The blob store between machines: pictures on the broker, each for a limited time. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { BlobRef } from '../../jobs/index.ts';
import { assertBlobRef, type BlobStore, notStored } from '../blobs.ts';
import type { Keys } from './keys.ts';

/** @param keepMs how long a blob stays after it was last put, in milliseconds */
export function createBrokerBlobStore(redis: Redis, { blob }: Pick<Keys, 'blob'>, keepMs: number): BlobStore {
	const keyOf = (ref: BlobRef) => {
		assertBlobRef(ref);
		return blob(ref);
	};
	return {
		async put(bytes) {
			const ref = hashOf(bytes);
			// What is there already need not travel again.
			const isThere = await redis.pexpire(blob(ref), keepMs);
			if (!isThere) await redis.set(blob(ref), Buffer.from(bytes), 'PX', keepMs);
			return ref;
		},

		async get(ref) {
			const bytes = await redis.getBuffer(keyOf(ref));
			if (!bytes || hashOf(bytes) !== ref) throw notStored(ref);
			return bytes;
		},

		async remove(ref) {
			await redis.del(keyOf(ref));
		},
	};
}

const hashOf = (bytes: Uint8Array): BlobRef => createHash('sha256').update(bytes).digest('hex');
