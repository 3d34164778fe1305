/** One bot for each data directory: two would answer the same messages and run the same requests. */
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { ConfigError } from '../base/config.ts';
import { reason } from '../base/explain.ts';

/** @throws {ConfigError} when another bot works with the same data directory, or the lock cannot be had at all */
export function lockDataDirectory(file: string, dataDir: string): () => void {
	const release = tryToLock(file);
	if (release) return release;
	throw new ConfigError(
		`Another bot process works with the data directory ${dataDir}; stop that one first, or set DATA_DIR to another folder.`,
	);
}

/** @returns undefined when somebody has it. @throws {ConfigError} when it cannot be had at all */
export function tryToLock(file: string): (() => void) | undefined {
	try {
		return lockFile(file);
	} catch (error) {
		throw new ConfigError(
			`The lock ${file} cannot be taken (${reason(error)}); see that this user may write to it, that it is a file, and that ulimit -n allows 256 open files.`,
		);
	}
}
