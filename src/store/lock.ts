/** One bot for each data directory: two would answer the same messages and run the same requests. */
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { ConfigError } from '../base/config.ts';
import { reason } from '../base/explain.ts';

/** @throws {ConfigError} when another bot uses the same data directory, or the lock cannot be taken at all */
export function lockDataDirectory(file: string, dataDir: string): () => void {
	const release = tryToLock(file);
	if (release) return release;
	throw new ConfigError(
		`Another bot process is using the data directory ${dataDir}; stop that one first, or set DATA_DIR to another folder.`,
	);
}

/** @returns undefined when another process holds the lock. @throws {ConfigError} when it cannot be taken at all */
export function tryToLock(file: string): (() => void) | undefined {
	try {
		return lockFile(file);
	} catch (error) {
		throw new ConfigError(
			`The lock ${file} cannot be taken (${reason(error)}); make sure that it is a file that this user may write to, and that ulimit -n allows 256 open files.`,
		);
	}
}
