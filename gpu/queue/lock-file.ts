/** Locks between processes, on a file. */
import { mkdirSync } from 'node:fs';
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
	const database = new Libsql(file);
	try {
		// With its journal in memory nothing is written, so that a full disk locks nobody out.
		database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
		return () => void database.close();
	} catch (error) {
		database.close();
		if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return undefined;
		throw error;
	}
}
