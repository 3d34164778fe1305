import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../../src/base/config.ts';
import { backUp, backUpDaily, restore } from '../../../src/store/backup.ts';
import { setVersion } from '../../../src/store/damage.ts';
import { backupDirectory } from '../../../src/store/database.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { openStore } from '../../../src/store/open.ts';

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-backup-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = () => openStore(dataDir, true, () => {});

function addWord(word: string): void {
	const { database, close } = open();
	new ModerationStore(database).in('x').addWord(word);
	close();
}

function words(): readonly string[] {
	const { database, close } = open();
	try {
		return new ModerationStore(database).words();
	} finally {
		close();
	}
}

const at = (name: string) => join(dataDir, name);

describe('a copy', () => {
	test('is made while the bot writes, readable by this user only, and restored when the bot is stopped', async () => {
		const bot = open();
		new ModerationStore(bot.database).in('x').addWord('one');
		backUp(dataDir, at("o'copy.db"));
		new ModerationStore(bot.database).in('x').addWord('two');
		expect((await stat(at("o'copy.db"))).mode & 0o077).toBe(0);
		expect(() => restore(dataDir, at("o'copy.db"))).toThrow(/^A bot is using the data directory .*; stop it first/);
		bot.close();
		const aside = restore(dataDir, at("o'copy.db"))!;
		expect(aside).toMatch(/flipside\.db\.replaced-/);
		expect(existsSync(aside)).toBe(true);
		expect(words()).toEqual(['one']);
		expect((await readdir(dataDir)).filter((name) => /unfinished|restoring/.test(name))).toEqual([]);
	});

	test('that cannot be made or restored is reported, and the database stays', async () => {
		expect(() => backUp(dataDir, at('a.db'))).toThrow(/has no database yet; start the bot once\.$/);
		addWord('one');
		await writeFile(at('text'), 'This is a text.'.repeat(1000));
		expect(() => backUp(dataDir, at('text'))).toThrow(/exists already; give the name of a new file\.$/);
		expect(() => backUp(dataDir, at('nowhere/a.db'))).toThrow(/could not be written: /);
		expect(() => restore(dataDir, at('none'))).toThrow(/^There is no file ".*none"; name a copy/);
		expect(() => restore(dataDir, at('text'))).toThrow(/cannot be restored: file is not a database; name another copy/);
		await writeFile(at('nothing'), '');
		expect(() => restore(dataDir, at('nothing'))).toThrow(
			/^".*nothing" cannot be restored: it is empty; name another copy/,
		);
		await mkdir(at('folder'));
		expect(() => restore(dataDir, at('folder'))).toThrow(/^".*folder" is not a file; name a copy made by backup\.$/);
		backUp(dataDir, at('newer.db'));
		addWord('two');
		const newer = openStore(dataDir, true, () => {});
		setVersion(newer.database, 99);
		backUp(dataDir, at('newest.db'));
		setVersion(newer.database, 0);
		newer.close();
		expect(() => restore(dataDir, at('newest.db'))).toThrow(/it was written by a newer version of the bot/);
		expect(words()).toEqual(['one', 'two']);
	});
});

describe('a failed restore', () => {
	test('is reported with a sentence, and the database stays', async () => {
		addWord('one');
		backUp(dataDir, at('copy.db'));
		await symlink(at('nowhere/file'), at('flipside.db.restoring'));
		expect(() => restore(dataDir, at('copy.db'))).toThrow(
			/^".*copy\.db" could not be copied into the data directory .*: ENOENT.*; let this user write there, then restore it again\.$/,
		);
		expect(words()).toEqual(['one']);
	});

	test.skipIf(process.platform !== 'linux')('reports an unusable data directory', () => {
		addWord('one');
		backUp(dataDir, at('copy.db'));
		expect(() => restore('/proc/sys', at('copy.db'))).toThrow(ConfigError);
	});

	test.skipIf(process.getuid?.() === 0)('reports a copy that this user may not read', async () => {
		addWord('one');
		backUp(dataDir, at('copy.db'));
		await chmod(at('copy.db'), 0);
		expect(() => restore(dataDir, at('copy.db'))).toThrow(/cannot be read: EACCES.*; let this user read it/);
	});
});

test('a copy that others may read is restored as readable by this user only', async () => {
	addWord('one');
	backUp(dataDir, at('copy.db'));
	await chmod(at('copy.db'), 0o444);
	restore(dataDir, at('copy.db'));
	expect((await stat(at('flipside.db'))).mode & 0o777).toBe(0o600);
	expect(words()).toEqual(['one']);
});

test('a copy is made every day; the last three and the last before any damage are kept', async () => {
	addWord('one');
	const directory = backupDirectory(dataDir);
	await mkdir(directory);
	for (const day of ['01', '02', '03']) await writeFile(join(directory, `flipside-2001-01-${day}.db`), '');
	await writeFile(join(directory, 'mine.db'), '');
	for (const day of ['2000-03-01', '2000-03-02', '2000-03-04'])
		await writeFile(join(directory, `flipside-${day}.db`), '');
	await writeFile(at('flipside.db.damaged-2000-03-03T10-20-30-400Z'), '');
	await writeFile(at('flipside.db.damaged-2000-03-03T10-20-30-400Z-wal'), '');
	const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
	const stop = backUpDaily(dataDir, log as never);
	await vi.waitFor(() => expect(log.info.mock.calls.length + log.error.mock.calls.length).toBe(1), { timeout: 30_000 });
	stop();
	expect(log.error).not.toHaveBeenCalled();
	const today = `flipside-${new Date().toISOString().slice(0, 10)}.db`;
	const kept = ['flipside-2000-03-02.db', 'flipside-2001-01-02.db', 'flipside-2001-01-03.db', today, 'mine.db'];
	expect((await readdir(directory)).sort()).toEqual(kept);
	restore(dataDir, join(directory, today));
	expect(words()).toEqual(['one']);
});
