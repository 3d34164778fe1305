/** The data directory: made, and kept from other accounts of the machine, who could read in it what people asked for. */
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../base/config.ts';
import { reason } from '../base/explain.ts';

/** Of the mode of a file: what its group and others may do. */
const OTHERS = 0o077;

/** A folder in which everybody may make files, and nobody may touch those of others. */
const STICKY = 0o1000;

/**
 * Makes the directory where there is none, for this user alone; closes one that others may look into, unless it is somebody
 * else's or holds more than a bot's files. What the bot has in it is closed in any case: whoever may read the lock can hold it.
 *
 * @param warn hears in one sentence of a directory that stays open
 * @throws {ConfigError} when it cannot be made or written to
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
			`DATA_DIR cannot be used: ${reason(error)}; set DATA_DIR to a folder that this user may write into.`,
		);
	}
}

/** Whether other accounts may do anything with a file or folder. Windows says so in other ways. */
export function isOpenToOthers(path: string): boolean {
	return process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0;
}

/** The beginning of a sentence. */
export const openToOthers = (path: string) => `Other accounts of this machine may look into DATA_DIR ${path}`;

/** Those of bots from before they were written for this user alone. */
function closeFiles(dataDir: string): void {
	for (const name of readdirSync(dataDir).filter(isBots)) {
		const path = join(dataDir, name);
		const there = statSync(path, { throwIfNoEntry: false });
		if (there?.isFile() && there.uid === process.getuid?.() && isOpenToOthers(path)) chmodSync(path, 0o600);
	}
}

/** Whether the bot itself has made that, by its name. */
const isBots = (name: string) => name.startsWith('flipside.');

/** Whether it may be closed: somebody may have named a folder in which others work too. */
function isOurs(dataDir: string): boolean {
	const { uid, mode } = statSync(dataDir);
	if (uid !== process.getuid?.() || (mode & STICKY) !== 0) return false;
	const names = readdirSync(dataDir);
	return names.length === 0 || names.some(isBots);
}
