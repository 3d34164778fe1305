/** Creates the data directory and closes it to the machine's other accounts, which could read people's requests in it. */
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../base/config.ts';
import { reason } from '../base/explain.ts';

/** The mode bits for a file's group and others. */
const OTHERS = 0o077;

/** The mode bit of a folder where everybody may create files but not touch those of others. */
const STICKY = 0o1000;

/**
 * Creates the directory for this user alone if it does not exist. Closes one that others may read, unless it is somebody else's
 * or holds more than a bot's files. The bot's own files are closed in any case: anyone who may read the lock can hold it.
 *
 * @param warn receives one sentence about a directory that stays open
 * @throws {ConfigError} when it cannot be created or written to
 */
export function openDataDirectory(dataDir: string, warn: (sentence: string) => void): void {
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
		closeFiles(dataDir);
		if (!isOpenToOthers(dataDir)) return;
		if (isOurs(dataDir)) chmodSync(dataDir, statSync(dataDir).mode & 0o700);
		else warn(`${openToOthers(dataDir)}; run chmod 700 on it, or set DATA_DIR to a folder of the bot's own.`);
	} catch (error) {
		throw new ConfigError(
			`DATA_DIR cannot be used: ${reason(error)}; set DATA_DIR to a folder that this user may write to.`,
		);
	}
}

/** Whether other accounts may do anything with a file or folder. Always false on Windows, where the mode does not say. */
export function isOpenToOthers(path: string): boolean {
	return process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0;
}

/** The start of a sentence. */
export const openToOthers = (path: string) => `Other accounts on this machine can access DATA_DIR ${path}`;

/** Closes the files of older versions, which were not written for this user alone. */
function closeFiles(dataDir: string): void {
	for (const name of readdirSync(dataDir).filter(isBots)) {
		const path = join(dataDir, name);
		const there = statSync(path, { throwIfNoEntry: false });
		if (there?.isFile() && there.uid === process.getuid?.() && isOpenToOthers(path)) chmodSync(path, 0o600);
	}
}

/** Whether the bot created a file, by its name. */
const isBots = (name: string) => name.startsWith('flipside.');

/** Whether the folder may be closed: the operator may have named one that others use too. */
function isOurs(dataDir: string): boolean {
	const { uid, mode } = statSync(dataDir);
	if (uid !== process.getuid?.() || (mode & STICKY) !== 0) return false;
	const names = readdirSync(dataDir);
	return names.length === 0 || names.some(isBots);
}
