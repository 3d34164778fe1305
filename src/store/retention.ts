/** Removes what is older than a class needs: requests, and the data directory's files that no remaining request needs. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { blobDirectory } from '../../gpu/queue/local-blobs.ts';
import { resultDirectory } from '../../gpu/queue/local-results.ts';
import { DAY_MS, everyDay } from '../base/every-day.ts';
import type { Log } from '../base/log.ts';
import { ModerationStore } from './moderation.ts';
import { PromptFileStore } from './prompt-files.ts';
import type { RequestStore } from './requests.ts';

export interface Swept {
	readonly requests: number;
	readonly files: number;
}

/**
 * Removes requests that ended over `days` days before `now`, reports of that age, files of embeddings that no job has used
 * since, and pictures, uploads and results stored before then that nothing else needs.
 *
 * @param now in milliseconds since 1970
 */
export async function sweep(store: RequestStore, dataDir: string, days: number, now = Date.now()): Promise<Swept> {
	const cutoff = now - days * DAY_MS;
	const old = store.endedBefore(cutoff);
	for (const ids of inBatches(old)) {
		store.delete(...ids);
		await othersTurn();
	}
	new ModerationStore(store.database).forgetReports(cutoff);
	new PromptFileStore(store.database).forgetUnused(cutoff);
	const [pictures, results] = [blobDirectory(dataDir), resultDirectory(dataDir)];
	const files = [
		...(await filesBefore(pictures, cutoff)).filter((name) => !store.needs(name)).map((name) => join(pictures, name)),
		...(await filesBefore(results, cutoff)).map((name) => join(results, name)),
	];
	for (const batch of inBatches(files)) await Promise.all(batch.map((file) => rm(file, { force: true })));
	return { requests: old.length, files: files.length };
}

/**
 * Sweeps now and then once a day, until the returned function is called. Failures go to the log.
 *
 * @param days 0 = never
 */
export function sweepDaily(store: RequestStore, dataDir: string, days: number, log: Log): () => void {
	if (days === 0) return () => {};
	return everyDay(() =>
		sweep(store, dataDir, days).then(
			(swept) => log.info(swept, 'old requests and files were removed'),
			(error: unknown) => log.error({ error }, 'old requests and files could not be removed'),
		),
	);
}

/** Names of the files in a folder that were last changed before `time`; none if the folder does not exist. */
export async function filesBefore(directory: string, time: number): Promise<readonly string[]> {
	const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	const aged: string[] = [];
	for (const batch of inBatches(names)) {
		const stats = await Promise.all(batch.map((name) => stat(join(directory, name)).catch(() => undefined)));
		aged.push(...batch.filter((_, i) => stats[i]?.isFile() && stats[i].mtimeMs < time));
	}
	return aged;
}

/** A batch is one transaction, which blocks the bot for some milliseconds; each transaction waits for the disk. */
const BATCH = 100;

function* inBatches<T>(items: readonly T[]): Generator<readonly T[]> {
	for (let i = 0; i < items.length; i += BATCH) yield items.slice(i, i + BATCH);
}
