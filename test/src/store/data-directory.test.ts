import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDirectory } from '../../../src/store/data-directory.ts';

let directory: string;
let dataDir: string;
let warnings: string[];
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-directory-'));
	dataDir = join(directory, 'data');
	warnings = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => openDataDirectory(dataDir, (sentence) => warnings.push(sentence));
const mode = async () => (await stat(dataDir)).mode & 0o777;

test('it is created for this user only', async () => {
	dataDir = join(dataDir, 'below');
	open();
	expect(await mode()).toBe(0o700);
});

test.each([
	['is empty', undefined],
	['a bot has used before', 'flipside.db'],
])('one that others can access and that %s is closed to them', async (_, file) => {
	await mkdir(dataDir);
	await chmod(dataDir, 0o775);
	if (file) await writeFile(join(dataDir, file), '');
	open();
	expect(await mode()).toBe(0o700);
	expect(warnings).toEqual([]);
});

test.each([
	['is sticky, like /tmp', 0o1777],
	['has others’ files', 0o755],
])('one that %s is not changed, with a warning', async (_, open_) => {
	await mkdir(dataDir);
	await writeFile(join(dataDir, open_ === 0o755 ? 'thesis.txt' : 'flipside.db'), '');
	await chmod(dataDir, open_);
	open();
	expect(await mode()).toBe(open_ & 0o777);
	expect(warnings).toEqual([
		`Other accounts on this machine can access DATA_DIR ${dataDir}; run chmod 700 on it, or set DATA_DIR to a folder of the bot's own.`,
	]);
});

test('in one that stays open only the bot’s own files are closed to others', async () => {
	await mkdir(dataDir);
	const modes = async (names: readonly string[]) =>
		Promise.all(names.map(async (name) => (await stat(join(dataDir, name))).mode & 0o777));
	const bots = ['flipside.db', 'flipside.db-wal', 'flipside.lock'];
	for (const name of [...bots, 'thesis.txt']) {
		await writeFile(join(dataDir, name), '');
		await chmod(join(dataDir, name), 0o644);
	}
	await chmod(dataDir, 0o1755);
	open();
	expect(await modes(bots)).toEqual([0o600, 0o600, 0o600]);
	expect(await modes(['thesis.txt'])).toEqual([0o644]);
	expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
});

test('one that cannot be created is rejected with a sentence', async () => {
	await writeFile(dataDir, '');
	dataDir = join(dataDir, 'below');
	expect(open).toThrow(/^DATA_DIR cannot be used: .*; set DATA_DIR to a folder that this user may write to\.$/);
});
