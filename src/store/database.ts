/** Opens the embedded database, brings it up to date, and sets it aside when it is damaged. */
import { closeSync, existsSync, openSync, readSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Libsql from 'libsql';
import { isFullDisk } from '../../gpu/jobs/index.ts';
import { ConfigError } from '../base/config.ts';
import { Damage, deleteDamagedRows, guardRows, isAtVersion, makeWhole, setVersion, versionOf } from './damage.ts';
import { MIGRATIONS } from './migrations.ts';
import { endGroup, statement } from './statements.ts';

export type Database = InstanceType<typeof Libsql>;

/** The bot and the command line may write at the same time; each waits this long for the other when opening the database. */
export const BUSY_MS = 5000;

/** Waiting for the lock blocks the process, so it waits only as long as a usual write takes, and then tries again later. */
export const BRIEFLY_MS = 20;

/** What the user sees when the database is locked. */
export const LOCKED = "Another program has locked the bot's database; try again in a moment.";

/** Whether an error means that another process has the database to itself. */
export const isLocked = (error: unknown) => /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));

/** Sets how long each statement waits for other processes, in milliseconds. */
export function waitFor(database: Database, ms: number): void {
	database.pragma(`busy_timeout = ${ms}`);
}

/** Another program has the database to itself. */
export class LockedDatabase extends ConfigError {
	constructor(file: string) {
		super(`Another program has locked the database ${file}; close that program first.`);
	}
}

export const databaseFile = (dataDir: string) => join(dataDir, 'flipside.db');

/** Where the daily copies are. */
export const backupDirectory = (dataDir: string) => join(dataDir, 'backups');

/** Instead of a file. */
const MEMORY = ':memory:';

/** A database in memory, for tests. */
export function memoryDatabase(): Database {
	return prepare(new Libsql(MEMORY), MEMORY);
}

/**
 * Opens the database in `file`, and creates it if necessary, readable by this user alone because message references hold
 * tokens.
 *
 * A damaged database is renamed, never deleted, and a new one created, unless a running bot has it open.
 *
 * @param isReadOnly see makeFile
 * @param takeLock makes sure that nobody else has the database open, or returns undefined
 * @param warn receives one sentence when a database is set aside
 * @param busyMs how long to wait for other writers
 * @throws {LockedDatabase} when it is still locked after that
 * @throws {ConfigError} when it cannot be opened, was written by a newer version, or is damaged and in use
 */
export function openDatabase(
	file: string,
	isReadOnly: boolean,
	takeLock: () => (() => void) | undefined,
	warn: (sentence: string) => void,
	busyMs: number,
): Database {
	try {
		return prepare(new Libsql(file, { timeout: busyMs }), file, warn, isReadOnly);
	} catch (error) {
		if (isFullDisk(error))
			throw new ConfigError(`The disk is full, so the database ${file} cannot be opened; free some space there.`);
		if (isLocked(error)) throw new LockedDatabase(file);
		if (!isDamage(error)) throw explained(error, file);
	}
	const release = takeLock();
	if (!release) {
		throw new ConfigError(
			`The database ${file} is damaged, and a running bot has it open; restart the bot, which sets the file aside.`,
		);
	}
	try {
		const aside = setAside(file, 'damaged');
		warn(
			`The database ${file} was damaged. It was set aside as ${aside} and a new one created, so earlier requests, settings and lists are gone. To get them back, stop the bot and restore one of the daily copies in ${backupDirectory(dirname(file))}.`,
		);
		return prepare(new Libsql(file, { timeout: busyMs }), file, warn, makeFile(file));
	} finally {
		release();
	}
}

/**
 * Makes a database's file, for this user alone, unless it is there. Returns whether SQLite takes it for one that only a newer
 * version may write.
 *
 * Only before SQLite opens the file: a process that closes any descriptor of it loses all its locks there
 * (sqlite.org/howtocorrupt.html, 2.2), and the next one that reads it would take the log of changes away.
 */
export function makeFile(file: string): boolean {
	try {
		closeSync(openSync(file, 'a', 0o600));
		return isOnlyForReading(file);
	} catch (error) {
		const { message } = error as Error;
		throw new ConfigError(`DATA_DIR cannot be used: ${message}; set DATA_DIR to a folder that this user may write to.`);
	}
}

/**
 * @param warn receives a sentence about rebuilt indexes and one about deleted rows
 * @param isReadOnly see makeFile
 */
function prepare(
	database: Database,
	file: string,
	warn: (sentence: string) => void = () => {},
	isReadOnly = false,
): Database {
	try {
		// Readers and the writer do not wait for each other.
		database.pragma('journal_mode = WAL');
		// A committed transaction survives the end of the process, however it ends. A power cut may cost the last seconds'
		// transactions, never the database: waiting for the disk at each commit would hold up everybody else.
		database.pragma('synchronous = NORMAL');
		// SQLite would say so only at the first change.
		if (isReadOnly) setVersion(database, versionOf(database));
		// When two processes start together, one migrates and the other finds it done. Reading everything locks nobody out.
		if (!isAtVersion(database, MIGRATIONS.length)) inTransaction(database, () => migrate(database, file));
		else migrate(database, file);
		if (makeWhole(database)) {
			warn(
				`Indexes of the database ${file} were damaged and have been rebuilt, so nothing is lost; the disk may be failing, so check it.`,
			);
		}
		const left = [...deleteDamagedRows(database)].map(([table, count]) => `${count} of ${table}`);
		if (left.length > 0) {
			warn(
				`Rows of the database ${file} were damaged and have been deleted (${left.join(', ')}); the disk may be failing, so check it.`,
			);
		}
		guardRows(database);
		return database;
	} catch (error) {
		database.close();
		throw error;
	}
}

/** Where a database's header says from which version on SQLite may write it, and the newest: sqlite.org/fileformat2.html */
const WRITE_VERSION = { at: 18, newest: 2 };

function isOnlyForReading(file: string): boolean {
	const header = Buffer.alloc(WRITE_VERSION.at + 1); // zeros where a new file has nothing yet
	const descriptor = openSync(file, 'r');
	try {
		readSync(descriptor, header, 0, header.length, 0);
	} finally {
		closeSync(descriptor);
	}
	return header[WRITE_VERSION.at] > WRITE_VERSION.newest;
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
 * Does all of `work` or none of it, while nobody else writes; within a transaction, as a part of it. Used instead of libsql's own
 * `transaction`, which fails to roll back what SQLite has already rolled back by itself, and throws that error instead of the
 * cause, such as a full disk.
 */
export function inTransaction<T>(database: Database, work: () => T): T {
	endGroup(database);
	const [begin, end, undo] = database.inTransaction ? PART : WHOLE;
	statement(database, begin).run();
	try {
		const result = work();
		statement(database, end).run();
		return result;
	} catch (error) {
		if (database.inTransaction) database.exec(undo);
		throw error;
	}
}

/** How a transaction, or a part of one, begins, ends and is undone. */
const WHOLE = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'] as const;
const PART = ['SAVEPOINT part', 'RELEASE part', 'ROLLBACK TO part; RELEASE part'] as const;

/** SQLite's error codes for files that are not, or no longer, databases: a wrong bit can cause nearly any of its errors. */
const DAMAGE =
	/^SQLITE_(NOTADB|CORRUPT|ERROR|FORMAT|MISMATCH|CONSTRAINT|SCHEMA|TOOBIG|RANGE|READONLY$|IOERR_SHORT_READ)/;

/** Turns SQLite's errors about a sound file into ones that the operator can fix. */
function explained(error: unknown, file: string): unknown {
	const { code, message } = error as { code?: unknown; message: string };
	if (!String(code).startsWith('SQLITE_')) return error;
	return new ConfigError(
		`The database ${file} cannot be opened (${message}); make sure that this user may write to its folder, and that ulimit -n allows 256 open files.`,
	);
}

/** Whether an error means damage. The file is known to be writable, since makePrivate has opened it for writing. */
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
