/** The result store of a single machine: a folder of JSON files. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResult } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';
import type { BlobStore } from './blobs.ts';
import type { ResultStore } from './results.ts';

/** Where the results lie below the data directory. */
export function resultDirectory(dataDir: string): string {
	return join(dataDir, 'results');
}

/** A store in `directory`, which is made with the first put. Its pictures lie in `blobs`. */
export function createLocalResultStore(directory: string, blobs: BlobStore): ResultStore {
	const fileOf = (key: string) => join(directory, `${createHash('sha256').update(key).digest('hex')}.json`);
	return {
		async get(key) {
			try {
				const result = JSON.parse(await readFile(fileOf(key), 'utf8')) as JobResult;
				await Promise.all(result.images.map(({ blob }) => blobs.get(blob)));
				return result;
			} catch {
				return undefined; // not there, cut short, or its pictures were removed: make it again
			}
		},

		put: (key, result) => writeWhole(fileOf(key), JSON.stringify(result)),
	};
}
