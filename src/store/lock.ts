/** One bot for each data directory: two would answer the same messages and run the same requests. */
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { ConfigError } from '../base/config.ts';

/** @throws {ConfigError} when another bot works with the same data directory */
export function lockDataDirectory(file: string, dataDir: string): () => void {
	const release = lockFile(file);
	if (release) return release;
	throw new ConfigError(
		`Another bot process works with the data directory ${dataDir}; stop that one first, or set DATA_DIR to another folder.`,
	);
}
