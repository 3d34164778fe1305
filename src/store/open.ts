/** Everything that is stored below one data directory, apart from pictures. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { openDataDirectory } from './data-directory.ts';
import { BRIEFLY_MS, BUSY_MS, type Database, databaseFile, LockedDatabase, openDatabase, waitFor } from './database.ts';
import { lockDataDirectory } from './lock.ts';

/** Held by the bot as long as it runs. */
export const botLock = (dataDir: string) => join(dataDir, 'flipside.lock');

/** Between two tries at a locked database. */
const RETRY_MS = 50;

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
	const { open, giveUp } = begin(dataDir, bot, warn);
	try {
		return open(BUSY_MS);
	} catch (error) {
		giveUp();
		throw error;
	}
}

/** The same, but while another program has locked the database this process hears what it is told: to end, for example. */
export async function openStorePatiently(...[dataDir, bot, warn]: Parameters<typeof openStore>): Promise<OpenStore> {
	const { open, giveUp } = begin(dataDir, bot, warn);
	const patience = performance.now() + BUSY_MS;
	for (;;) {
		try {
			return open(BRIEFLY_MS);
		} catch (error) {
			if (!(error instanceof LockedDatabase) || performance.now() > patience) {
				giveUp();
				throw error;
			}
		}
		await delay(RETRY_MS);
	}
}

/** Everything but the database, which may be tried several times. */
function begin(dataDir: string, bot: boolean, warn: (sentence: string) => void) {
	openDataDirectory(dataDir, warn);
	const file = databaseFile(dataDir);
	const lock = botLock(dataDir);
	const release = bot ? lockDataDirectory(lock, dataDir) : () => {};
	const takeLock = () => (bot ? () => {} : lockFile(lock));
	return {
		/** @param busyMs how long another program is waited for, while nothing else happens in this process */
		open(busyMs: number): OpenStore {
			const database = openDatabase(file, takeLock, warn, busyMs);
			waitFor(database, bot ? BRIEFLY_MS : BUSY_MS);
			return {
				database,
				close() {
					database.close();
					release();
				},
			};
		},

		giveUp: release,
	};
}
