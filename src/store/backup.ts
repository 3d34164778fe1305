/** Copies of the database: made while it is in use, once a day by the bot, and put back by the operator. */
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

/** So many days' copies are kept. */
const KEPT = 3;

/** Names with their days. */
const COPY = /^flipside-([\d-]+)\.db$/;
const DAMAGED = /^flipside\.db\.damaged-(\d{4}-\d\d-\d\d)T[\w-]+$/;

/** The copy waits so long for whoever writes just then. */
const BUSY_MS = 5000;

/**
 * Copies the database of a data directory, as it is at one moment, whether a bot uses it or not.
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
		// References to messages hold tokens, so it is readable by this user alone; SQLite fills an empty file.
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
 * Puts a copy in the place of the database, which is kept under another name.
 *
 * @returns that name; undefined where there was no database
 * @throws {UserError} when `source` is no sound database of this version or an older one, or the disk does not take it
 * @throws {ConfigError} while a bot is running, or where the data directory cannot be used
 */
export function restore(dataDir: string, source: string): string | undefined {
	openDataDirectory(dataDir, () => {});
	const release = tryToLock(botLock(dataDir));
	if (!release) throw new ConfigError(`A bot works with the data directory ${dataDir}; stop it first, then restore.`);
	const file = databaseFile(dataDir);
	const restoring = `${file}.restoring`;
	try {
		assertReadable(source);
		copyFileSync(source, restoring);
		// Whatever the copy was: the bot writes it, and nobody else reads it.
		chmodSync(restoring, 0o600);
		assertUsable(restoring, source);
		const aside = existsSync(file) ? setAside(file, 'replaced') : undefined;
		putInPlace(restoring, file);
		return aside;
	} catch (error) {
		if (error instanceof UserError) throw error;
		const remedy = isFullDisk(error) ? 'make room on its disk' : 'see that this user may write there';
		throw new UserError(
			`"${source}" could not be put into the data directory ${dataDir}: ${(error as Error).message}; ${remedy}, then restore it again.`,
		);
	} finally {
		for (const journal of ['', '-wal', '-shm']) rmSync(restoring + journal, { force: true });
		release();
	}
}

/** Gives a finished file its name; what it holds is on the disk before that. */
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
	if (!existsSync(source)) throw new UserError(`There is no file "${source}"; give a copy that backup has made.`);
	if (!statSync(source).isFile()) throw new UserError(`"${source}" is no file; give a copy that backup has made.`);
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
		if (versionOf(database) > MIGRATIONS.length) throw new Error('a newer version of the bot has written it');
		makeWhole(database);
	} catch (error) {
		if (isFullDisk(error)) throw error;
		throw new UserError(
			`"${name}" cannot be restored: ${(error as Error).message}; give another copy that backup has made.`,
		);
	} finally {
		database.close();
	}
}

/**
 * Copies the database now and once a day, in a process of its own, and keeps the last three copies, and those from before a
 * damaged database was set aside; until the returned function is called. Failures go to the log.
 */
export function backUpDaily(dataDir: string, log: Log): () => void {
	return everyDay(async () => {
		try {
			const target = await backUpToday(dataDir);
			if (target) log.info({ target }, 'the database was copied');
		} catch (error) {
			// At the end of the bot the copying process ends with it, and the next start copies.
			if (!isEnding()) log.error({ error }, 'the database could not be copied');
		}
	});
}

/** @returns the new copy; undefined where today has one */
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
 * The newest, and what there was when a database was set aside, which the newest do not hold: the last copy of the days before.
 * One of the same day may be from before or after it.
 *
 * @param copies names, the oldest first
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

/** Copying a large database takes seconds, in which this process would answer nobody. */
async function copyInProcess(dataDir: string, target: string): Promise<void> {
	const entry = fileURLToPath(new URL('backup-process.ts', import.meta.url));
	const { child, lines } = spawnProcess({ entry, args: [dataDir, target] }, () => {});
	const code = await new Promise((resolve) => child.on('close', resolve));
	if (code !== 0) throw new Error(lastWords(lines) ?? `${basename(entry)} ended with ${code}`);
}
