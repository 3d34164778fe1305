/** Removes what killed processes have left half written in the data directory. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnfinished } from '../../gpu/write-whole.ts';
import type { Log } from '../base/log.ts';

/** Where files are written aside first: nothing else of a data directory is looked at, which may hold what is not the bot's. */
const FOLDERS = ['blobs', 'results', 'mnist', 'embeddings', 'backups'];

/** Nothing is written for so long: the command line may be at work beside the bot. */
const HOUR_MS = 60 * 60 * 1000;

/** @returns how many files there were */
export async function removeUnfinished(dataDir: string, now = Date.now()): Promise<number> {
	const found = await Promise.all(FOLDERS.map((folder) => unfinishedIn(join(dataDir, folder), now - HOUR_MS)));
	const files = found.flat();
	await Promise.all(files.map((file) => rm(file, { force: true })));
	return files.length;
}

/** The same beside what the bot begins with; failures go to the log. */
export function removeUnfinishedQuietly(dataDir: string, log: Log): void {
	removeUnfinished(dataDir).then(
		(files) => log.info({ files }, 'files that were left half written were removed'),
		(error: unknown) => log.error({ error }, 'files that were left half written could not be removed'),
	);
}

async function unfinishedIn(folder: string, before: number): Promise<readonly string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return [];
			throw error;
		},
	);
	const files = entries
		.filter((entry) => entry.isFile() && (isUnfinished(entry.name) || entry.name.endsWith('.unfinished')))
		.map((entry) => join(entry.parentPath, entry.name));
	const old = await Promise.all(
		files.map(async (file) => {
			const there = await stat(file).catch(() => undefined);
			return there !== undefined && there.mtimeMs < before ? [file] : [];
		}),
	);
	return old.flat();
}
