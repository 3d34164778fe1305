/** `doctor`'s checks of this machine: the version of Node.js, the data directory, the database and the ports. */
import { existsSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import Libsql from 'libsql';
import { reason } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { portProblem } from '../../base/port-problem.ts';
import type { Port } from '../../platforms/definition.ts';
import { check, versionOf } from '../../store/damage.ts';
import { isOpenToOthers, openToOthers } from '../../store/data-directory.ts';
import { backupDirectory, databaseFile, isLocked } from '../../store/database.ts';
import { MIGRATIONS } from '../../store/migrations.ts';

/** The oldest supported version, as in package.json. */
const OLDEST_NODE = [20, 19] as const;

/** In bytes. A class makes about 100 MB of pictures a day, and a full disk stops everything. */
const LOW_SPACE = 2 ** 30;
const NO_SPACE = 50 * 2 ** 20;

const BUSY_MS = 5000;

/** @param version as process.version */
export function checkNode(version = process.version): Finding {
	const [major, minor] = version.slice(1).split('.').map(Number);
	const [oldest, least] = OLDEST_NODE;
	if (major > oldest || (major === oldest && minor >= least)) return ok('Node.js', version);
	return fail('Node.js', `This is ${version}; install Node.js ${OLDEST_NODE.join('.')} or newer.`);
}

/** Checks that files can be written there and that nobody else can read them. Creates a missing directory, as the bot would. */
export async function checkDataDirectory(dataDir: string): Promise<Finding> {
	const name = 'data directory';
	const probe = join(dataDir, `.doctor-${process.pid}`);
	try {
		await mkdir(dataDir, { recursive: true, mode: 0o700 });
		await writeFile(probe, 'x', { mode: 0o600 });
		if (!isOpenToOthers(dataDir)) return ok(name, dataDir);
		return warn(
			name,
			`${openToOthers(dataDir)}; run chmod 700 on it, or start the bot, which does so if the folder is its own.`,
		);
	} catch (error) {
		return fail(name, `${reason(error)}; set DATA_DIR to a folder that this user may write to.`);
	} finally {
		await rm(probe, { force: true }).catch(() => {});
	}
}

/** @param file the path of .env, which need not exist */
export function checkSecrecy(file: string): readonly Finding[] {
	if (!existsSync(file) || !isOpenToOthers(file)) return [];
	return [warn('configuration', `Other accounts on this machine can read ${basename(file)}; run chmod 600 ${file}.`)];
}

export async function checkSpace(dataDir: string, space = freeBytes): Promise<Finding> {
	const name = 'free space';
	const free = await space(dataDir);
	const gib = `${(free / 2 ** 30).toFixed(1)} GiB`;
	if (free < NO_SPACE) {
		return fail(name, `Only ${gib} is left for DATA_DIR; free some space, or set DATA_DIR to another disk.`);
	}
	if (free >= LOW_SPACE) return ok(name, gib);
	return warn(
		name,
		`Only ${gib} is left for DATA_DIR; free some space, set DATA_DIR to another disk, or lower RETENTION_DAYS.`,
	);
}

/** What users other than the superuser can fill. */
async function freeBytes(dataDir: string): Promise<number> {
	const { bavail, bsize } = await statfs(dataDir);
	return bavail * bsize;
}

/**
 * Checks the database without changing it; the bot would migrate it, and set a damaged one aside.
 *
 * @param busyMs how long to wait while a bot is writing to it, in milliseconds
 */
export function checkDatabase(dataDir: string, busyMs = BUSY_MS): Finding {
	const name = 'database';
	const file = databaseFile(dataDir);
	const remedy = `stop the bot and run flipside restore FILE with one of the daily copies in ${backupDirectory(dataDir)}, or start the bot, which repairs the database, or sets it aside and creates a new one.`;
	if (!existsSync(file)) return ok(name, 'none yet; the bot creates it when it first starts');
	try {
		const database = new Libsql(file, { timeout: busyMs });
		try {
			if (versionOf(database) > MIGRATIONS.length) {
				return fail(name, `${file} was written by a newer version of the bot; update this one.`);
			}
			const found = check(database);
			return found === undefined ? ok(name, file) : fail(name, `${file} is damaged (${found}); ${remedy}`);
		} finally {
			database.close();
		}
	} catch (error) {
		if (isLocked(error)) return fail(name, `Another program has locked ${file}; close that program first.`);
		return fail(name, `${file} cannot be read (${reason(error)}); ${remedy}`);
	}
}

export async function checkPort({ name, ...place }: Port): Promise<Finding> {
	const { port, host } = place;
	const server = createServer();
	try {
		await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
		return ok(name, port === 0 ? 'uses any free port' : `port ${port} is free`);
	} catch (error) {
		return fail(name, portProblem(place, error as NodeJS.ErrnoException).message);
	} finally {
		server.close();
	}
}
