/** Removes files that killed processes left half written, in the data directory and next to .env. */
import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isUnfinished } from '../../gpu/write-whole.ts';
import { everyDay } from '../base/every-day.ts';
import type { Log } from '../base/log.ts';

/** The folders where files are first written under another name. */
const FOLDERS = ['blobs', 'results', 'mnist', 'embeddings', 'backups'];

/** Files that restore and doctor leave in the data directory itself, which may also hold files that are not the bot's. */
const AT_THE_TOP = /^(?:flipside\.db\.restoring(?:-wal|-shm)?|\.doctor-\d+)$/;

/** No file takes this long to write. Younger ones are left alone: the command line may be writing them. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * @param envFile the path of .env, which setup first writes under another name, tokens included
 * @param now in milliseconds since 1970
 * @returns how many files were removed
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

/** Does that now and then once a day, until the returned function is called. Failures go to the log. */
export function removeUnfinishedDaily(dataDir: string, envFile: string, log: Log): () => void {
	return everyDay(() =>
		removeUnfinished(dataDir, envFile).then(
			(files) => log.info({ files }, 'half-written files were removed'),
			(error: unknown) => log.error({ error }, 'half-written files could not be removed'),
		),
	);
}

const isHalf = (name: string) => isUnfinished(name) || name.endsWith('.unfinished');

/** The paths of the files in a folder whose names match; none if the folder does not exist. */
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

/** The files that were last changed before `time`. */
async function before(time: number, files: readonly string[]): Promise<readonly string[]> {
	const old = await Promise.all(
		files.map(async (file) => {
			const there = await stat(file).catch(() => undefined);
			return there !== undefined && there.mtimeMs < time ? [file] : [];
		}),
	);
	return old.flat();
}
