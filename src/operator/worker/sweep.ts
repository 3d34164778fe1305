/** Removes what jobs have left in a worker's data directory: the bot has what it needs of it. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abandonedScratch } from '../../../gpu/queue/broker/scratch.ts';
import { blobDirectory } from '../../../gpu/queue/local-blobs.ts';
import { DAY_MS, everyDay } from '../../base/every-day.ts';
import type { Log } from '../../base/log.ts';
import { databaseFile } from '../../store/database.ts';
import { filesBefore } from '../../store/retention.ts';

/**
 * Removes pictures and training runs that no job has used for a day, except from a data directory that is also a bot's, and what
 * killed workers were training.
 *
 * @param now in milliseconds since 1970
 * @returns how many were removed
 */
export async function sweepWorker(dataDir: string, now = Date.now()): Promise<number> {
	const before = now - DAY_MS;
	const isBots = existsSync(databaseFile(dataDir));
	const old = [...(await abandonedScratch(dataDir, before)), ...(isBots ? [] : await unused(dataDir, before))];
	await Promise.all(old.map((path) => rm(path, { recursive: true, force: true })));
	return old.length;
}

/** The paths of pictures and runs that no job has used since. */
async function unused(dataDir: string, before: number): Promise<readonly string[]> {
	const [blobs, runs] = [blobDirectory(dataDir), join(dataDir, 'mnist')];
	const old = (await filesBefore(blobs, before)).map((name) => join(blobs, name));
	for (const run of await readdir(runs).catch(() => [])) {
		if ((await filesBefore(join(runs, run), before)).includes('run.json')) old.push(join(runs, run));
	}
	return old;
}

/** Does that now and then once a day. Failures go to the log. */
export function sweepWorkerDaily(dataDir: string, log: Log): void {
	everyDay(() =>
		sweepWorker(dataDir).then(
			(files) => log.info({ files }, 'old pictures and runs were removed'),
			(error: unknown) => log.error({ error }, 'old pictures and runs could not be removed'),
		),
	);
}
