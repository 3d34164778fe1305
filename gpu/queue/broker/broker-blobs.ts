/** The blob store between machines: pictures on the broker, each for a limited time. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { BlobRef } from '../../jobs/index.ts';
import { assertBlobRef, type BlobStore, notStored } from '../blobs.ts';
import { BrokerError } from './connection.ts';
import type { Keys } from './keys.ts';

/** What a job may need: a broker takes no more, and the largest checkpoint of a training (hidden 256) has 492 MiB. */
export const MAX_CARGO_BYTES = 512 * 2 ** 20;

/** What a job may make: a picture of 4096 x 4096 pixels has at most 48 MiB. */
export const MAX_RESULT_BYTES = 64 * 2 ** 20;

export interface BrokerBlobOptions {
	/** How long a blob stays after it was last put, in milliseconds. */
	readonly keepMs: number;
	/** The largest that this end sends and takes. */
	readonly maxPut: number;
	readonly maxGet: number;
}

export function createBrokerBlobStore(
	redis: Redis,
	{ blob }: Pick<Keys, 'blob'>,
	{ keepMs, maxPut, maxGet }: BrokerBlobOptions,
): BlobStore {
	const keyOf = (ref: BlobRef) => {
		assertBlobRef(ref);
		return blob(ref);
	};
	return {
		async put(bytes) {
			assertFits(bytes.length, maxPut);
			const ref = hashOf(bytes);
			// What is there already need not travel again.
			const isThere = await redis.pexpire(blob(ref), keepMs);
			if (!isThere) await redis.set(blob(ref), Buffer.from(bytes), 'PX', keepMs);
			return ref;
		},

		async get(ref) {
			const key = keyOf(ref);
			assertFits(await redis.strlen(key), maxGet);
			const bytes = await redis.getBuffer(key);
			if (!bytes || hashOf(bytes) !== ref) throw notStored(ref);
			return bytes;
		},

		async remove(ref) {
			await redis.del(keyOf(ref));
		},
	};
}

function assertFits(length: number, max: number): void {
	if (length <= max) return;
	const [size, limit] = [length, max].map((bytes) => Math.ceil(bytes / 2 ** 20));
	const message = `A file of ${size} MiB is too large to travel between a bot and its workers; it may have at most ${limit} MiB.`;
	throw new BrokerError(message, { isFinal: false });
}

const hashOf = (bytes: Uint8Array): BlobRef => createHash('sha256').update(bytes).digest('hex');
