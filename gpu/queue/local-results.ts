/** The result store of a single machine: a folder of JSON files. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResult } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';
import type { BlobStore } from './blobs.ts';
import type { ResultStore } from './results.ts';

/** The folder of the results in the data directory. */
export function resultDirectory(dataDir: string): string {
	return join(dataDir, 'results');
}

/** A store in `directory`, which the first `put` creates. Its pictures are in `blobs`. */
export function createLocalResultStore(directory: string, blobs: BlobStore): ResultStore {
	const fileOf = (key: string) => join(directory, `${createHash('sha256').update(key).digest('hex')}.json`);
	return {
		async get(key) {
			try {
				const result = JSON.parse(await readFile(fileOf(key), 'utf8')) as JobResult;
				await Promise.all(result.images.map(({ blob }) => blobs.get(blob)));
				return result;
			} catch {
				return undefined; // missing, cut short, or without its pictures: make it again
			}
		},

		put: (key, result) => writeWhole(fileOf(key), JSON.stringify(result)),
	};
}
