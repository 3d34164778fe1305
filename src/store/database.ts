/** The embedded database: opened, brought up to date, and set aside when it is damaged. */
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Libsql from 'libsql';
import { isFullDisk } from '../../gpu/jobs/index.ts';
import { ConfigError } from '../base/config.ts';
import { Damage, deleteDamagedRows, guardRows, isAtVersion, makeWhole, setVersion, versionOf } from './damage.ts';
import { MIGRATIONS } from './migrations.ts';

export type Database = InstanceType<typeof Libsql>;

/** The bot and the command line may write at the same time; each waits this long for the other when it opens the database. */
export const BUSY_MS = 5000;

/** A process hears nobody while it waits like that, so it waits for a usual write at most, and then tries again later. */
export const BRIEFLY_MS = 20;

/** For whoever wanted something of a database that is locked. */
export const LOCKED = 'Another program has locked the database of the bot; try again in a moment.';

/** Whether somebody else has the database to themselves just now. */
export const isLocked = (error: unknown) => /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));

/** From now on whatever is asked of the database waits so long for others, in milliseconds. */
export function waitFor(database: Database, ms: number): void {
	database.pragma(`busy_timeout = ${ms}`);
}

/** Another program has the database to itself. */
export class LockedDatabase extends ConfigError {
	constructor(file: string) {
		super(`Another program has locked the database ${file}; end that one first.`);
	}
}

export const databaseFile = (dataDir: string) => join(dataDir, 'flipside.db');

/** Where the daily copies are. */
export const backupDirectory = (dataDir: string) => join(dataDir, 'backups');

/** A database that is gone with the process, for tests. */
export function memoryDatabase(): Database {
	return prepare(new Libsql(':memory:'), ':memory:');
}

/**
 * Opens the database in `file`, which is made when it is not there, readable by this user alone: references to messages hold
 * tokens.
 *
 * A damaged one is renamed, never deleted, and a new one begun, unless a running bot has it open.
 *
 * @param takeLock makes sure that nobody else has it open, or returns undefined
 * @param warn hears in one sentence that a database was set aside
 * @param busyMs how long whoever writes to it is waited for
 * @throws {LockedDatabase} when that is not enough
 * @throws {ConfigError} when it cannot be opened, was written by a newer version, or is damaged and in use
 */
export function openDatabase(
	file: string,
	takeLock: () => (() => void) | undefined,
	warn: (sentence: string) => void,
	busyMs: number,
): Database {
	makePrivate(file);
	try {
		return prepare(new Libsql(file, { timeout: busyMs }), file, warn);
	} catch (error) {
		if (isFullDisk(error))
			throw new ConfigError(`The disk is full, so the database ${file} cannot be opened; make room there.`);
		if (isLocked(error)) throw new LockedDatabase(file);
		if (!isDamage(error)) throw explained(error, file);
	}
	const release = takeLock();
	if (!release) {
		throw new ConfigError(
			`The database ${file} is damaged, and a running bot has it open; stop the bot and start it again, which sets the file aside.`,
		);
	}
	try {
		const aside = setAside(file, 'damaged');
		warn(
			`The database ${file} was damaged: it was set aside as ${aside} and a new one begun, so requests, settings and lists from before are gone; to have them back, stop the bot and restore a copy, of which the last days' are in ${backupDirectory(dirname(file))}.`,
		);
		makePrivate(file);
		return prepare(new Libsql(file, { timeout: busyMs }), file, warn);
	} finally {
		release();
	}
}

function makePrivate(file: string): void {
	try {
		closeSync(openSync(file, 'a', 0o600));
	} catch (error) {
		const { message } = error as Error;
		throw new ConfigError(
			`DATA_DIR cannot be used: ${message}; set DATA_DIR to a folder that this user may write into.`,
		);
	}
}

/** @param warn hears of indexes that are made anew, and of rows that are left out */
function prepare(database: Database, file: string, warn: (sentence: string) => void = () => {}): Database {
	try {
		// Readers and the writer do not wait for each other.
		database.pragma('journal_mode = WAL');
		// What was said to be stored outlives a power cut.
		database.pragma('synchronous = FULL');
		// Of two processes that start together one migrates, and the other finds it done. Looking at everything locks nobody out.
		if (!isAtVersion(database, MIGRATIONS.length)) inTransaction(database, () => migrate(database, file));
		else migrate(database, file);
		if (makeWhole(database)) {
			warn(
				`Indexes of the database ${file} were damaged and are made anew, so nothing of it is lost; the disk may be failing, so look at it.`,
			);
		}
		const left = [...deleteDamagedRows(database)].map(([table, count]) => `${count} of ${table}`);
		if (left.length > 0) {
			warn(
				`Rows of the database ${file} were damaged and are left out (${left.join(', ')}); the disk may be failing, so look at it.`,
			);
		}
		guardRows(database);
		return database;
	} catch (error) {
		database.close();
		throw error;
	}
}

function migrate(database: Database, file: string): void {
	const seen = versionOf(database);
	if (seen > MIGRATIONS.length) {
		throw new ConfigError(
			`The database ${file} was written by a newer version of the bot; update this one, or set DATA_DIR to another folder.`,
		);
	}
	for (const step of MIGRATIONS.slice(seen)) database.exec(step);
	if (!isAtVersion(database, MIGRATIONS.length)) setVersion(database, MIGRATIONS.length);
}

/**
 * All of `work` or nothing of it; nobody else writes meanwhile. In place of libsql's own `transaction`, which cannot roll back
 * what SQLite has rolled back by itself, and then throws that instead of the reason: a full disk.
 */
export function inTransaction<T>(database: Database, work: () => T): T {
	database.exec('BEGIN IMMEDIATE');
	try {
		const result = work();
		database.exec('COMMIT');
		return result;
	} catch (error) {
		if (database.inTransaction) database.exec('ROLLBACK');
		throw error;
	}
}

/** What SQLite says of files that are no databases, or no longer: a wrong bit can make nearly any of its errors. */
const DAMAGE =
	/^SQLITE_(NOTADB|CORRUPT|ERROR|FORMAT|MISMATCH|CONSTRAINT|SCHEMA|TOOBIG|RANGE|READONLY$|IOERR_SHORT_READ)/;

/** What SQLite cannot do with a sound file is for whoever runs the bot to mend. */
function explained(error: unknown, file: string): unknown {
	const { code, message } = error as { code?: unknown; message: string };
	if (!String(code).startsWith('SQLITE_')) return error;
	return new ConfigError(
		`The database ${file} cannot be opened (${message}); see that this user may write into its folder, and that ulimit -n allows 256 open files.`,
	);
}

/** The file may be written: makePrivate has opened it so. */
function isDamage(error: unknown): boolean {
	if (error instanceof Damage) return true;
	const { code } = error as { code?: unknown };
	return typeof code === 'string' && DAMAGE.test(code);
}

/** Renames the database with its journals; returns its new name. */
export function setAside(file: string, why: 'damaged' | 'replaced'): string {
	const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
	const aside = `${file}.${why}-${time}`;
	for (const journal of ['', '-wal', '-shm']) {
		if (existsSync(file + journal)) renameSync(file + journal, aside + journal);
	}
	return aside;
}
