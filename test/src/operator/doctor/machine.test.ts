import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portProblem } from '../../../../src/base/port-problem.ts';
import { checkClock } from '../../../../src/operator/doctor/clock.ts';
import {
	checkDatabase,
	checkDataDirectory,
	checkNode,
	checkPort,
	checkSecrecy,
	checkSpace,
} from '../../../../src/operator/doctor/machine.ts';
import { setVersion } from '../../../../src/store/damage.ts';
import { ModerationStore } from '../../../../src/store/moderation.ts';
import { openStore } from '../../../../src/store/open.ts';

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-machine-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test.each([
	['v18.20.8', 'fail'],
	['v20.18.3', 'fail'],
	['v20.19.0', 'ok'],
	['v24.1.0', 'ok'],
])('Node.js %s: %s', (version, status) => expect(checkNode(version).status).toBe(status));

test('a data directory that cannot be created', async () => {
	await writeFile(join(dataDir, 'file'), '');
	const finding = await checkDataDirectory(join(dataDir, 'file', 'data'));
	expect(finding).toMatchObject({ status: 'fail', text: expect.stringMatching(/; set DATA_DIR to a folder/) });
});

test('a data directory and a .env that others can read', async () => {
	const env = join(dataDir, '.env');
	expect(checkSecrecy(env)).toEqual([]);
	await writeFile(env, 'SLACK_BOT_TOKEN=', { mode: 0o600 });
	expect(checkSecrecy(env)).toEqual([]);
	expect((await checkDataDirectory(dataDir)).status).toBe('ok');
	await chmod(env, 0o640);
	await chmod(dataDir, 0o755);
	expect(checkSecrecy(env)).toEqual([
		{
			name: 'configuration',
			status: 'warn',
			text: `Other accounts on this machine can read .env; run chmod 600 ${env}.`,
		},
	]);
	expect(await checkDataDirectory(dataDir)).toMatchObject({
		status: 'warn',
		text: expect.stringContaining(`can access DATA_DIR ${dataDir}; run chmod 700 on it`),
	});
});

test.each([
	[2 ** 34, 'ok'],
	[2 ** 29, 'warn'],
	[2 ** 20, 'fail'],
])('%i bytes left: %s', async (free, status) => {
	expect((await checkSpace(dataDir, async () => free)).status).toBe(status);
	expect((await checkSpace(dataDir)).text).toMatch(/GiB/);
});

test('a database of this version, and one of a later version', () => {
	expect(checkDatabase(dataDir)).toMatchObject({ status: 'ok', text: expect.stringContaining('none yet') });
	const { database, close } = openStore(dataDir, false, () => {});
	expect(checkDatabase(dataDir).status).toBe('ok');
	// Neither the bot nor this check relies on user_version.
	database.exec('PRAGMA user_version = 999');
	expect(checkDatabase(dataDir).status).toBe('ok');
	setVersion(database, 999);
	close();
	expect(checkDatabase(dataDir)).toMatchObject({ status: 'fail', text: expect.stringContaining('update this one') });
});

test('a database that is locked', () => {
	const { database, close } = openStore(dataDir, false, () => {});
	database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
	expect(checkDatabase(dataDir, 20)).toEqual({
		name: 'database',
		status: 'fail',
		text: `Another program has locked ${join(dataDir, 'flipside.db')}; close that program first.`,
	});
	close();
});

test('a damaged database is not changed', async () => {
	const file = join(dataDir, 'flipside.db');
	const { database, close } = openStore(dataDir, false, () => {});
	new ModerationStore(database).in('test:c').addWord('zombie');
	database.pragma('wal_checkpoint(TRUNCATE)');
	close();
	const bytes = await readFile(file);
	bytes[bytes.indexOf('zombie')] ^= 1;
	await writeFile(file, bytes);
	const { status, text } = checkDatabase(dataDir);
	expect(status).toBe('fail');
	expect(text).toMatch(
		/^\S+flipside\.db is damaged \(row 1 missing from index sqlite_autoindex_words_1\); stop the bot and run flipside restore FILE with one of the daily copies in \S+backups, or start the bot, which repairs the database, or sets it aside and creates a new one\.$/,
	);
	expect(await readFile(file)).toEqual(bytes);
});

test('a port that is in use', async () => {
	const taken = createServer();
	await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
	const { port } = taken.address() as AddressInfo;
	expect(await checkPort({ name: 'console', variable: 'CONSOLE_PORT', port, host: '127.0.0.1' })).toMatchObject({
		status: 'fail',
		text: `CONSOLE_PORT ${port} is in use by another program; set CONSOLE_PORT to a free port, or to 0 for any.`,
	});
	await new Promise((resolve) => taken.close(resolve));
	expect((await checkPort({ name: 'console', variable: 'CONSOLE_PORT', port, host: '127.0.0.1' })).status).toBe('ok');
});

test.each([
	['192.0.2.1', 9464],
	['192.0.2.1', 0],
	['no-such-host.invalid', 9464],
])('an address that is not of this machine: %s, with the port %i', async (host, port) => {
	expect(
		await checkPort({ name: 'metrics', variable: 'METRICS_PORT', hostVariable: 'METRICS_HOST', host, port }),
	).toEqual({
		name: 'metrics',
		status: 'fail',
		text: `METRICS_HOST ${host} is no address of this machine; set it to 127.0.0.1, or to 0.0.0.0 for all its addresses.`,
	});
});

const errorOf = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

test('a port that is only for others', () =>
	expect(portProblem({ variable: 'SLACK_PORT', port: 80 }, errorOf('EACCES')).message).toBe(
		'SLACK_PORT 80 may not be opened by this user; set SLACK_PORT to 1024 or more.',
	));

test('a port that others have to know', () =>
	expect(portProblem({ variable: 'SLACK_PORT', port: 3000, isFixed: true }, errorOf('EADDRINUSE')).message).toBe(
		'SLACK_PORT 3000 is in use by another program; set SLACK_PORT to a free port.',
	));

test.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'EAI_AGAIN'])('%s is about neither the port nor the host', (code) => {
	const error = errorOf(code);
	const place = { variable: 'METRICS_PORT', port: 9464, hostVariable: 'METRICS_HOST', host: 'bot.lan' };
	expect(portProblem(place, error)).toBe(error);
});

test.each([
	[0, 'ok', 'correct'],
	[-60, 'warn', 'This machine’s clock is 60 s fast'],
	[3600, 'fail', 'This machine’s clock is 3600 s slow'],
])('a service whose clock is %i s ahead: %s', async (seconds, status, text) => {
	const date = new Date(Date.now() + seconds * 1000).toUTCString();
	const finding = await checkClock('https://service.test', async () => new Response(null, { headers: { date } }));
	expect(finding).toMatchObject({ status, text: expect.stringContaining(text.replace('’', "'")) });
	expect(await checkClock('https://service.test', () => Promise.reject(new Error('offline')))).toBeUndefined();
});
