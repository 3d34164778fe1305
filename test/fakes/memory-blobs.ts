/** A blob store in memory. */
import { createHash } from 'node:crypto';
import { assertBlobRef, type BlobStore, notStored } from '../../gpu/queue/blobs.ts';

export function memoryBlobs(): BlobStore {
	const stored = new Map<string, Uint8Array>();
	return {
		async put(bytes) {
			const ref = createHash('sha256').update(bytes).digest('hex');
			stored.set(ref, bytes);
			return ref;
		},
		async get(ref) {
			assertBlobRef(ref);
			const bytes = stored.get(ref);
			if (!bytes) throw notStored(ref);
			return bytes;
		},
		async remove(ref) {
			assertBlobRef(ref);
			stored.delete(ref);
		},
	};
}
