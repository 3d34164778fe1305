/** Everything that is stored below one data directory, apart from pictures. */
import { join } from 'node:path';
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { openDataDirectory } from './data-directory.ts';
import { type Database, databaseFile, openDatabase, waitBriefly } from './database.ts';
import { lockDataDirectory } from './lock.ts';

/** Held by the bot as long as it runs. */
export const botLock = (dataDir: string) => join(dataDir, 'flipside.lock');

export interface OpenStore {
	readonly database: Database;
	close(): void;
}

/**
 * @param bot whether this process is the bot, of which there is one for a data directory; the command line works beside it
 * @param warn hears in one sentence of a damaged database that was set aside, and of a directory that others may look into
 * @throws {ConfigError} when there is a bot already, or the database cannot be opened
 */
export function openStore(dataDir: string, bot: boolean, warn: (sentence: string) => void): OpenStore {
	openDataDirectory(dataDir, warn);
	const file = databaseFile(dataDir);
	const lock = botLock(dataDir);
	if (!bot) {
		const database = openDatabase(file, () => lockFile(lock), warn);
		return { database, close: () => database.close() };
	}
	const release = lockDataDirectory(lock, dataDir);
	try {
		const database = openDatabase(file, () => () => {}, warn);
		waitBriefly(database);
		return {
			database,
			close() {
				database.close();
				release();
			},
		};
	} catch (error) {
		release();
		throw error;
	}
}
