/** The blob store of a single machine: a folder that the bot and its workers share. */
import { createHash } from 'node:crypto';
import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';
import { assertBlobRef, type BlobStore, notStored } from './blobs.ts';

/** The folder of the blobs in the data directory. */
export function blobDirectory(dataDir: string): string {
	return join(dataDir, 'blobs');
}

/** A store in `directory`, which several processes may share. The first `put` creates the directory. */
export function createLocalBlobStore(directory: string): BlobStore {
	const fileOf = (ref: BlobRef) => {
		assertBlobRef(ref);
		return join(directory, ref);
	};
	return {
		async put(bytes) {
			const ref = hashOf(bytes);
			const file = join(directory, ref);
			if (!(await isWhole(file, ref)) || !(await renewed(file))) await writeWhole(file, bytes);
			return ref;
		},

		async get(ref) {
			const bytes = await read(fileOf(ref));
			if (!bytes || hashOf(bytes) !== ref) throw notStored(ref);
			return bytes;
		},

		async remove(ref) {
			await rm(fileOf(ref), { force: true });
		},
	};
}

const hashOf = (bytes: Uint8Array): BlobRef => createHash('sha256').update(bytes).digest('hex');

/** Undefined if there is no file. */
async function read(file: string): Promise<Buffer | undefined> {
	try {
		return await readFile(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		return undefined;
	}
}

/** Whether a file exists and matches its name: disks and people damage files. */
async function isWhole(file: string, ref: BlobRef): Promise<boolean> {
	const bytes = await read(file);
	return bytes !== undefined && hashOf(bytes) === ref;
}

/** Updates a file's time, so that it is not removed as old; false if there is no file. */
async function renewed(file: string): Promise<boolean> {
	const now = new Date();
	return utimes(file, now, now).then(
		() => true,
		() => false,
	);
}
