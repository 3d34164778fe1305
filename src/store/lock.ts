/** One bot for each data directory: two would answer the same messages and run the same requests. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import { ConfigError } from '../config.ts';

/**
 * Takes the lock on `file`, which is made when it is not there. The system gives it back when the process ends, however it
 * ends: a lock of SQLite's is one on the file itself, no note that a killed process would leave behind.
 *
 * @returns how to give it back; undefined when another process has it
 */
export function lockFile(file: string): (() => void) | undefined {
	mkdirSync(dirname(file), { recursive: true });
	const database = new Libsql(file);
	try {
		database.exec('BEGIN EXCLUSIVE');
		return () => void database.close();
	} catch (error) {
		database.close();
		if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return undefined;
		throw error;
	}
}

/** @throws {ConfigError} when another bot works with the same data directory */
export function lockDataDirectory(file: string, dataDir: string): () => void {
	const release = lockFile(file);
	if (release) return release;
	throw new ConfigError(
		`Another bot process works with the data directory ${dataDir}; stop that one first, or set DATA_DIR to another folder.`,
	);
}
