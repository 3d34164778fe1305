/** Opens what is stored in one data directory, apart from pictures. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFile } from '../../gpu/queue/lock-file.ts';
import { openDataDirectory } from './data-directory.ts';
import {
	BRIEFLY_MS,
	BUSY_MS,
	type Database,
	databaseFile,
	LockedDatabase,
	makeFile,
	openDatabase,
	waitFor,
} from './database.ts';
import { lockDataDirectory } from './lock.ts';

/** The lock that the bot holds while it runs. */
export const botLock = (dataDir: string) => join(dataDir, 'flipside.lock');

/** How long to wait before trying a locked database again. */
const RETRY_MS = 50;

export interface OpenStore {
	readonly database: Database;
	close(): void;
}

/**
 * @param bot whether this process is the bot. A data directory has only one; the command line may run alongside it.
 * @param warn receives one sentence about a damaged database that was set aside, or a directory that others may read
 * @throws {ConfigError} when a bot is already running, or the database cannot be opened
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

/** Like openStore, but this process still handles events, such as a signal to end, while it waits for a locked database. */
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

/** Prepares everything except the database, which may take several tries to open. */
function begin(dataDir: string, bot: boolean, warn: (sentence: string) => void) {
	openDataDirectory(dataDir, warn);
	const file = databaseFile(dataDir);
	const isReadOnly = makeFile(file);
	const lock = botLock(dataDir);
	const release = bot ? lockDataDirectory(lock, dataDir) : () => {};
	const takeLock = () => (bot ? () => {} : lockFile(lock));
	return {
		/** @param busyMs how long to wait for another program; nothing else happens in this process meanwhile */
		open(busyMs: number): OpenStore {
			const database = openDatabase(file, isReadOnly, takeLock, warn, busyMs);
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
