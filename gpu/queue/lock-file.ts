/** Locks between processes, based on files. */
import { existsSync, mkdirSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';

/**
 * Takes the lock on `file`, which is created if it does not exist. The system releases it when the process ends, however it
 * ends: SQLite locks the file itself, and leaves no marker that a killed process would not remove.
 *
 * @returns a function that releases it; undefined if it is taken, by another process or by this one
 */
export function lockFile(file: string): (() => void) | undefined {
	mkdirSync(dirname(file), { recursive: true });
	try {
		return tryToLock(file);
	} catch (error) {
		if (!isNoDatabase(error)) throw error;
		// Something else was written to it. Since it could be read, nobody has the lock, so it can be emptied.
		truncateSync(file);
		return tryToLock(file);
	}
}

function tryToLock(file: string): (() => void) | undefined {
	const database = new Libsql(file);
	try {
		// With the journal in memory nothing is written, so that a full disk locks nobody out.
		database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
		return () => void database.close();
	} catch (error) {
		database.close();
		if (isBusy(error)) return undefined;
		throw error;
	}
}

/** Whether some process, including this one, has the lock on `file`. Others that check at the same time do not count. */
export function isLocked(file: string): boolean {
	if (!existsSync(file)) return false;
	const database = new Libsql(file);
	try {
		database.exec('SELECT 1 FROM sqlite_master'); // readers do not lock each other out
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

/** A flipped bit in a file that should be empty can cause any of these. */
const isNoDatabase = (error: unknown) =>
	/^SQLITE_(NOTADB|CORRUPT|ERROR|FORMAT|IOERR_SHORT_READ)/.test(String((error as { code?: unknown }).code));
