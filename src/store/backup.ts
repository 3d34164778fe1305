/** Backups of the database: made by the bot once a day while it is in use, and restored by the operator. */
import {
	accessSync,
	chmodSync,
	closeSync,
	constants,
	copyFileSync,
	existsSync,
	fsyncSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import { lastWords, spawnProcess } from '../../gpu/queue/spawn.ts';
import { ConfigError } from '../base/config.ts';
import { everyDay } from '../base/every-day.ts';
import type { Log } from '../base/log.ts';
import { isEnding } from '../ending.ts';
import { makeWhole, versionOf } from './damage.ts';
import { openDataDirectory } from './data-directory.ts';
import { backupDirectory, databaseFile, setAside } from './database.ts';
import { tryToLock } from './lock.ts';
import { MIGRATIONS } from './migrations.ts';
import { botLock } from './open.ts';

/** How many days' copies are kept. */
const KEPT = 3;

/** File names, of which the first group is the day. */
const COPY = /^flipside-([\d-]+)\.db$/;
const DAMAGED = /^flipside\.db\.damaged-(\d{4}-\d\d-\d\d)T[\w-]+$/;

/** How long the copy waits for a process that is writing. */
const BUSY_MS = 5000;

/**
 * Takes a consistent copy of a data directory's database, whether or not a bot is using it.
 *
 * @throws {UserError} when there is none, or `target` exists or cannot be written
 */
export function backUp(dataDir: string, target: string): void {
	const file = databaseFile(dataDir);
	if (!existsSync(file)) throw new UserError(`DATA_DIR ${dataDir} has no database yet; start the bot once.`);
	if (existsSync(target)) throw new UserError(`"${target}" exists already; give the name of a new file.`);
	const unfinished = `${target}.unfinished`;
	try {
		rmSync(unfinished, { force: true });
		// Message references hold tokens, so only this user may read the file. SQLite fills the empty file.
		closeSync(openSync(unfinished, 'wx', 0o600));
		const database = new Libsql(file, { timeout: BUSY_MS });
		try {
			database.exec(`VACUUM INTO '${unfinished.replaceAll("'", "''")}'`);
		} finally {
			database.close();
		}
		putInPlace(unfinished, target);
	} catch (error) {
		rmSync(unfinished, { force: true });
		throw new UserError(`The copy "${target}" could not be written: ${(error as Error).message}.`);
	}
}

/**
 * Replaces the database with a copy and keeps the old one under another name.
 *
 * @returns that name; undefined if there was no database
 * @throws {UserError} when `source` is not a sound database of this version or an older one, or it cannot be written
 * @throws {ConfigError} while a bot is running, or when the data directory cannot be used
 */
export function restore(dataDir: string, source: string): string | undefined {
	openDataDirectory(dataDir, () => {});
	const release = tryToLock(botLock(dataDir));
	if (!release) throw new ConfigError(`A bot is using the data directory ${dataDir}; stop it first, then restore.`);
	const file = databaseFile(dataDir);
	const restoring = `${file}.restoring`;
	try {
		assertReadable(source);
		copyFileSync(source, restoring);
		// Whatever the copy's mode was, the bot must be able to write it and nobody else may read it.
		chmodSync(restoring, 0o600);
		assertUsable(restoring, source);
		const aside = existsSync(file) ? setAside(file, 'replaced') : undefined;
		putInPlace(restoring, file);
		return aside;
	} catch (error) {
		if (error instanceof UserError) throw error;
		const remedy = isFullDisk(error) ? 'free some space on its disk' : 'let this user write there';
		throw new UserError(
			`"${source}" could not be copied into the data directory ${dataDir}: ${(error as Error).message}; ${remedy}, then restore it again.`,
		);
	} finally {
		for (const journal of ['', '-wal', '-shm']) rmSync(restoring + journal, { force: true });
		release();
	}
}

/** Renames a finished file to its final name once its contents are safely on disk. */
function putInPlace(unfinished: string, file: string): void {
	const descriptor = openSync(unfinished, 'r+');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
	renameSync(unfinished, file);
}

function assertReadable(source: string): void {
	if (!existsSync(source)) throw new UserError(`There is no file "${source}"; name a copy made by backup.`);
	if (!statSync(source).isFile()) throw new UserError(`"${source}" is not a file; name a copy made by backup.`);
	try {
		accessSync(source, constants.R_OK);
	} catch (error) {
		throw new UserError(
			`"${source}" cannot be read: ${(error as Error).message}; let this user read it, then restore it again.`,
		);
	}
}

function assertUsable(file: string, name: string): void {
	const database = new Libsql(file);
	try {
		const version = versionOf(database);
		// To SQLite an empty file is a database without tables.
		if (version === 0) throw new Error('it is empty');
		if (version > MIGRATIONS.length) throw new Error('it was written by a newer version of the bot');
		makeWhole(database);
	} catch (error) {
		if (isFullDisk(error)) throw error;
		throw new UserError(`"${name}" cannot be restored: ${(error as Error).message}; name another copy made by backup.`);
	} finally {
		database.close();
	}
}

/**
 * Copies the database now and then once a day, in a separate process, until the returned function is called. Keeps the last
 * three copies and those from before a damaged database was set aside. Failures go to the log.
 */
export function backUpDaily(dataDir: string, log: Log): () => void {
	return everyDay(async () => {
		try {
			const target = await backUpToday(dataDir);
			if (target) log.info({ target }, 'the database was copied');
		} catch (error) {
			// The copying process ends together with the bot, which copies again when it next starts.
			if (!isEnding()) log.error({ error }, 'the database could not be copied');
		}
	});
}

/** @returns the path of the new copy; undefined if today's already exists */
async function backUpToday(dataDir: string): Promise<string | undefined> {
	const directory = backupDirectory(dataDir);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const target = join(directory, `flipside-${new Date().toISOString().slice(0, 10)}.db`);
	if (await stat(target).catch(() => undefined)) return undefined;
	await copyInProcess(dataDir, target);
	const copies = (await readdir(directory)).filter((name) => COPY.test(name)).sort();
	const damaged = (await readdir(dataDir)).flatMap((name) => DAMAGED.exec(name)?.[1] ?? []);
	const kept = keptCopies(copies, damaged);
	await Promise.all(copies.filter((name) => !kept.has(name)).map((name) => rm(join(directory, name), { force: true })));
	return target;
}

/**
 * The newest copies, and for each damaged database the last copy from an earlier day, since newer ones lack its rows. A copy
 * from the same day is kept too: it may be from before or after the damage.
 *
 * @param copies file names, oldest first
 * @param damaged days on which a damaged database was set aside
 */
function keptCopies(copies: readonly string[], damaged: readonly string[]): ReadonlySet<string> {
	const dayOf = (name: string) => COPY.exec(name)?.[1] ?? '';
	const before = damaged.flatMap((day) => [
		...copies.filter((name) => dayOf(name) < day).slice(-1),
		...copies.filter((name) => dayOf(name) === day),
	]);
	return new Set([...copies.slice(-KEPT), ...before]);
}

/** Copying a large database takes seconds, during which this process could not answer anyone. */
async function copyInProcess(dataDir: string, target: string): Promise<void> {
	const entry = fileURLToPath(new URL('backup-process.ts', import.meta.url));
	const { child, lines } = spawnProcess({ entry, args: [dataDir, target] }, () => {});
	const code = await new Promise((resolve) => child.on('close', resolve));
	if (code !== 0) throw new Error(lastWords(lines) ?? `${basename(entry)} ended with ${code}`);
}
