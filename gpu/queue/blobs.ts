/** Pictures on disk under the SHA-256 of their bytes: the bot stores uploads, the worker stores results. */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, blobRef, UserError } from '../jobs.ts';
import { writeWhole } from '../write-whole.ts';

export interface BlobStore {
	/** Stores `bytes` and returns their reference; the same bytes always have the same one. */
	put(bytes: Uint8Array): Promise<BlobRef>;
	/** The bytes behind `ref`. Throws a UserError when they are not (or no longer) stored. */
	get(ref: BlobRef): Promise<Uint8Array>;
}

/** Where the blobs lie below the data directory. */
export function blobDirectory(dataDir: string): string {
	return join(dataDir, 'blobs');
}

/** A store in `directory`, which several processes may share. The directory is made with the first put. */
export function createBlobStore(directory: string): BlobStore {
	return {
		async put(bytes) {
			const ref = createHash('sha256').update(bytes).digest('hex');
			const file = join(directory, ref);
			if (await exists(file)) return ref;
			await writeWhole(file, bytes);
			return ref;
		},

		async get(ref) {
			// A reference becomes a path: anything but a hash must not reach the disk.
			if (!blobRef.safeParse(ref).success) throw new Error(`BlobStore.get: not a reference: ${JSON.stringify(ref)}`);
			try {
				return await readFile(join(directory, ref));
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
				throw new UserError(`The picture ${ref.slice(0, 12)}… is no longer stored; please upload it again.`);
			}
		},
	};
}

async function exists(file: string): Promise<boolean> {
	return access(file).then(
		() => true,
		() => false,
	);
}
