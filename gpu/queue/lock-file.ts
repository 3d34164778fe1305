/** Locks between processes, on a file. */
import { existsSync, mkdirSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';

/**
 * Takes the lock on `file`, which is made when it is not there. The system gives it back when the process ends, however it
 * ends: a lock of SQLite's is one on the file itself, no note that a killed process would leave behind.
 *
 * @returns how to give it back; undefined when it is taken, by another process or by this one
 */
export function lockFile(file: string): (() => void) | undefined {
	mkdirSync(dirname(file), { recursive: true });
	try {
		return tryToLock(file);
	} catch (error) {
		if (!isNoDatabase(error)) throw error;
		// Something else was written into it; as that could be read, nobody has the lock, and empty it will do.
		truncateSync(file);
		return tryToLock(file);
	}
}

function tryToLock(file: string): (() => void) | undefined {
	const database = new Libsql(file);
	try {
		// With its journal in memory nothing is written, so that a full disk locks nobody out.
		database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
		return () => void database.close();
	} catch (error) {
		database.close();
		if (isBusy(error)) return undefined;
		throw error;
	}
}

/** Whether somebody has the lock on `file`, this process included. Others who look at the same time do not count. */
export function isLocked(file: string): boolean {
	if (!existsSync(file)) return false;
	const database = new Libsql(file);
	try {
		database.exec('SELECT 1 FROM sqlite_master'); // readers keep each other out of nothing
		return false;
	} catch (error) {
		if (isBusy(error)) return true;
		if (isNoDatabase(error)) return false;
		throw error;
	} finally {
		database.close();
	}
}

const isBusy = (error: unknown) => (error as { code?: unknown }).code === 'SQLITE_BUSY';

/** A wrong bit in what should be empty can make any of these. */
const isNoDatabase = (error: unknown) =>
	/^SQLITE_(NOTADB|CORRUPT|ERROR|FORMAT|IOERR_SHORT_READ)/.test(String((error as { code?: unknown }).code));
