/** Removes what killed processes have left half written: in the data directory, and beside .env. */
import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isUnfinished } from '../../gpu/write-whole.ts';
import { everyDay } from '../base/every-day.ts';
import type { Log } from '../base/log.ts';

/** Where files are written aside first. */
const FOLDERS = ['blobs', 'results', 'mnist', 'embeddings', 'backups'];

/** In the data directory itself, which may hold what is not the bot's: what restore and doctor leave. */
const AT_THE_TOP = /^(?:flipside\.db\.restoring(?:-wal|-shm)?|\.doctor-\d+)$/;

/** Nothing is written for so long: the command line may be at work beside the bot. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * @param envFile as .env; setup writes it aside first, with its tokens
 * @param now in milliseconds since 1970
 * @returns how many files there were
 */
export async function removeUnfinished(dataDir: string, envFile: string, now = Date.now()): Promise<number> {
	const env = await realpath(envFile).catch(() => envFile);
	const found = await Promise.all([
		...FOLDERS.map((folder) => filesIn(join(dataDir, folder), isHalf, true)),
		filesIn(dataDir, (name) => AT_THE_TOP.test(name)),
		filesIn(dirname(env), (name) => name.startsWith(`${basename(env)}.`) && isUnfinished(name)),
	]);
	const files = await before(now - HOUR_MS, found.flat());
	await Promise.all(files.map((file) => rm(file, { force: true })));
	return files.length;
}

/** The same now and once a day, until the returned function is called; failures go to the log. */
export function removeUnfinishedDaily(dataDir: string, envFile: string, log: Log): () => void {
	return everyDay(() =>
		removeUnfinished(dataDir, envFile).then(
			(files) => log.info({ files }, 'files that were left half written were removed'),
			(error: unknown) => log.error({ error }, 'files that were left half written could not be removed'),
		),
	);
}

const isHalf = (name: string) => isUnfinished(name) || name.endsWith('.unfinished');

/** The paths of the files with such names in a folder, which may not be there. */
async function filesIn(
	folder: string,
	isLeft: (name: string) => boolean,
	recursive = false,
): Promise<readonly string[]> {
	const entries = await readdir(folder, { recursive, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	return entries
		.filter((entry) => entry.isFile() && isLeft(entry.name))
		.map((entry) => join(entry.parentPath, entry.name));
}

/** Those that were last changed before `time`. */
async function before(time: number, files: readonly string[]): Promise<readonly string[]> {
	const old = await Promise.all(
		files.map(async (file) => {
			const there = await stat(file).catch(() => undefined);
			return there !== undefined && there.mtimeMs < time ? [file] : [];
		}),
	);
	return old.flat();
}
