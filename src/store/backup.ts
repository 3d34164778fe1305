/** Copies of the database: made while it is in use, once a day by the bot, and put back by the operator. */
import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { UserError } from '../../gpu/jobs/index.ts';
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { lastWords, spawnProcess } from '../../gpu/queue/spawn.ts';
import { ConfigError } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { assertWhole, versionOf } from './damage.ts';
import { backupDirectory, databaseFile, setAside } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { botLock } from './open.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** So many days' copies are kept. */
const KEPT = 3;

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
		renameSync(unfinished, target);
	} catch (error) {
		rmSync(unfinished, { force: true });
		throw new UserError(`The copy "${target}" could not be written: ${(error as Error).message}.`);
	}
}

/**
 * Puts a copy in the place of the database, which is kept under another name.
 *
 * @returns that name; undefined where there was no database
 * @throws {UserError} when `source` is no sound database of this version or an older one
 * @throws {ConfigError} while a bot is running
 */
export function restore(dataDir: string, source: string): string | undefined {
	const release = lockFile(botLock(dataDir));
	if (!release) throw new ConfigError(`A bot works with the data directory ${dataDir}; stop it first, then restore.`);
	const file = databaseFile(dataDir);
	const restoring = `${file}.restoring`;
	try {
		if (!existsSync(source)) throw new UserError(`There is no file "${source}"; give a copy that backup has made.`);
		copyFileSync(source, restoring);
		assertUsable(restoring, source);
		const aside = existsSync(file) ? setAside(file, 'replaced') : undefined;
		renameSync(restoring, file);
		return aside;
	} finally {
		for (const journal of ['', '-wal', '-shm']) rmSync(restoring + journal, { force: true });
		release();
	}
}

function assertUsable(file: string, name: string): void {
	const database = new Libsql(file);
	try {
		if (versionOf(database) > MIGRATIONS.length) throw new Error('a newer version of the bot has written it');
		assertWhole(database);
	} catch (error) {
		throw new UserError(
			`"${name}" cannot be restored: ${(error as Error).message}; give another copy that backup has made.`,
		);
	} finally {
		database.close();
	}
}

/**
 * Copies the database now and once a day, in a process of its own, and keeps the last three copies; until the returned function is
 * called. Failures go to the log.
 */
export function backUpDaily(dataDir: string, log: Log): () => void {
	const once = () =>
		backUpToday(dataDir).then(
			(target) => target && log.info({ target }, 'the database was copied'),
			(error: unknown) => log.error({ error }, 'the database could not be copied'),
		);
	void once();
	const timer = setInterval(() => void once(), DAY_MS);
	timer.unref();
	return () => clearInterval(timer);
}

/** @returns the new copy; undefined where today has one */
async function backUpToday(dataDir: string): Promise<string | undefined> {
	const directory = backupDirectory(dataDir);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const target = join(directory, `flipside-${new Date().toISOString().slice(0, 10)}.db`);
	if (await stat(target).catch(() => undefined)) return undefined;
	await copyInProcess(dataDir, target);
	const copies = (await readdir(directory)).filter((name) => /^flipside-[\d-]+\.db$/.test(name)).sort();
	await Promise.all(copies.slice(0, -KEPT).map((name) => rm(join(directory, name), { force: true })));
	return target;
}

/** Copying a large database takes seconds, in which this process would answer nobody. */
async function copyInProcess(dataDir: string, target: string): Promise<void> {
	const entry = fileURLToPath(new URL('backup-process.ts', import.meta.url));
	const { child, lines } = spawnProcess({ entry, args: [dataDir, target] }, () => {});
	const code = await new Promise((resolve) => child.on('close', resolve));
	if (code !== 0) throw new Error(lastWords(lines) ?? `${basename(entry)} ended with ${code}`);
}
