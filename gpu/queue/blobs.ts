/** Pictures on disk under the SHA-256 of their bytes: the bot stores uploads, the worker stores results. */
import { createHash } from 'node:crypto';
import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, blobRef, UserError } from '../jobs.ts';
import { writeWhole } from '../write-whole.ts';

export interface BlobStore {
	/** Stores `bytes` and returns their reference; the same bytes always have the same one. */
	put(bytes: Uint8Array): Promise<BlobRef>;
	/** The bytes behind `ref`. Throws a UserError when they are not (or no longer) stored. */
	get(ref: BlobRef): Promise<Uint8Array>;
	/** Forgets them; does nothing when they are not stored. */
	remove(ref: BlobRef): Promise<void>;
}

/** Where the blobs lie below the data directory. */
export function blobDirectory(dataDir: string): string {
	return join(dataDir, 'blobs');
}

/** A store in `directory`, which several processes may share. The directory is made with the first put. */
export function createBlobStore(directory: string): BlobStore {
	/** A reference becomes a path: anything but a hash must not reach the disk. */
	const fileOf = (ref: BlobRef) => {
		if (!blobRef.safeParse(ref).success) throw new Error(`BlobStore: not a reference: ${JSON.stringify(ref)}`);
		return join(directory, ref);
	};
	return {
		async put(bytes) {
			const ref = createHash('sha256').update(bytes).digest('hex');
			const file = join(directory, ref);
			if (!(await renewed(file))) await writeWhole(file, bytes);
			return ref;
		},

		async get(ref) {
			const file = fileOf(ref);
			try {
				return await readFile(file);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
				throw new UserError(`The picture ${ref.slice(0, 12)}… is no longer stored; please upload it again.`);
			}
		},

		async remove(ref) {
			await rm(fileOf(ref), { force: true });
		},
	};
}

/** Makes a file count as new, so that it is not removed for its age; false when there is none. */
async function renewed(file: string): Promise<boolean> {
	const now = new Date();
	return utimes(file, now, now).then(
		() => true,
		() => false,
	);
}
