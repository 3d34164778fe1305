import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../../src/base/config.ts';
import { setVersion } from '../../../src/store/damage.ts';
import { MIGRATIONS } from '../../../src/store/migrations.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { openStore, openStorePatiently } from '../../../src/store/open.ts';

let directory: string;
let warnings: string[];
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-store-'));
	warnings = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (bot: boolean) => openStore(directory, bot, (sentence) => warnings.push(sentence));
const wordsIn = (store: ReturnType<typeof open>) => new ModerationStore(store.database).words();

/** Makes a bot's database with one word, and closes it. */
function leaveWord(word: string): void {
	const store = open(true);
	new ModerationStore(store.database).in('x').addWord(word);
	store.close();
}

/** What another process finds in the database. */
function wordsReadElsewhere(): string[] {
	const program = `
		const database = new (require('libsql'))(process.argv[1]);
		console.log(JSON.stringify(database.prepare('SELECT word FROM words ORDER BY word').all()));
		database.close();`;
	const printed = execFileSync(process.execPath, ['-e', program, join(directory, 'flipside.db')], { encoding: 'utf8' });
	return (JSON.parse(printed) as { word: string }[]).map(({ word }) => word);
}

/** Moves the whole database into its main file. */
function checkpoint(): void {
	const database = new Libsql(join(directory, 'flipside.db'));
	database.pragma('wal_checkpoint(TRUNCATE)');
	database.close();
}

describe('a data directory', () => {
	test('allows one bot and the command line beside it, both writing', () => {
		const bot = open(true);
		expect(() => open(true)).toThrow(ConfigError);
		expect(() => open(true)).toThrow(/^Another bot process is using the data directory .*; stop that one first/);
		const commandLine = open(false);
		new ModerationStore(commandLine.database).in('x').addWord('one');
		new ModerationStore(bot.database).in('x').addWord('two');
		expect([wordsIn(bot), wordsIn(commandLine)]).toEqual([
			['one', 'two'],
			['one', 'two'],
		]);
		bot.close();
		open(true).close();
		commandLine.close();
	});

	test('keeps what a bot writes after another process has read it, also when the bot is killed', () => {
		leaveWord('one');
		checkpoint();
		// A copy: this process may still hold the locks of what it has just closed.
		const file = join(directory, 'flipside.db');
		copyFileSync(file, `${file}.copy`);
		for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
		renameSync(`${file}.copy`, file);
		const bot = open(true);
		expect(wordsReadElsewhere()).toEqual(['one']);
		new ModerationStore(bot.database).in('x').addWord('two');
		// As after a kill: nothing is closed. A process without its locks would write to a file that is not there any more.
		expect(wordsReadElsewhere()).toEqual(['one', 'two']);
		bot.close();
	});

	test('is accessible to this user only', async () => {
		leaveWord('one');
		expect((await stat(join(directory, 'flipside.db'))).mode & 0o077).toBe(0);
	});

	test('that cannot be written is rejected with a remedy', async () => {
		const file = join(directory, 'file');
		await writeFile(file, '');
		expect(() => openStore(join(file, 'below'), false, () => {})).toThrow(/^DATA_DIR cannot be used: .*; set DATA_DIR/);
	});
});

describe('a database locked by another program', () => {
	let other: InstanceType<typeof Libsql>;
	const lock = () => {
		other = new Libsql(join(directory, 'flipside.db'));
		other.exec('BEGIN EXCLUSIVE');
	};
	const openPatiently = () => openStorePatiently(directory, true, (sentence) => warnings.push(sentence));

	test('is waited for while everything else goes on', async () => {
		lock();
		const stalls = monitorEventLoopDelay({ resolution: 5 });
		stalls.enable();
		const opened = openPatiently();
		await delay(1000);
		stalls.disable();
		expect(stalls.max / 1e6).toBeLessThan(300);
		other.exec('ROLLBACK');
		const store = await opened;
		expect(wordsIn(store)).toEqual([]);
		store.close();
	});

	test('is reported after a time limit, and the bot’s lock is released', async () => {
		lock();
		const now = performance.now.bind(performance);
		let skipped = 0;
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + skipped);
		try {
			const opening = openPatiently();
			const ended = vi.fn();
			opening.catch(ended);
			skipped = 3500;
			await delay(400);
			expect(ended).not.toHaveBeenCalled();
			skipped = 5000;
			await expect(opening).rejects.toThrow(
				`Another program has locked the database ${join(directory, 'flipside.db')}; close that program first.`,
			);
		} finally {
			clock.mockRestore();
		}
		other.exec('ROLLBACK');
		open(true).close();
	});
});

describe('a damaged database', () => {
	const damages: Record<string, (bytes: Buffer) => Buffer> = {
		'is no database': () => Buffer.from('This is a text.'.repeat(100)),
		'has a page overwritten': (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]),
	};
	for (const [damage, apply] of Object.entries(damages)) {
		test(`that ${damage} is set aside whole, with a warning and a remedy`, async () => {
			leaveWord('one');
			checkpoint();
			const file = join(directory, 'flipside.db');
			const damaged = apply(await readFile(file));
			await writeFile(file, damaged);

			const store = open(true);
			expect(wordsIn(store)).toEqual([]);
			store.close();
			expect(warnings).toHaveLength(1);
			expect(warnings[0]).toMatch(
				/ was damaged\. It was set aside as .*flipside\.db\.damaged-.* stop the bot and restore one of the daily copies in .*backups\.$/,
			);
			const [aside] = (await readdir(directory)).filter((name) => /^flipside\.db\.damaged-[\dTZ-]+$/.test(name));
			expect((await readFile(join(directory, aside))).equals(damaged)).toBe(true);
		});
	}

	test('is left alone while a bot has it open', async () => {
		const bot = open(true);
		const file = join(directory, 'flipside.db');
		await writeFile(file, 'This is a text.'.repeat(1000));
		for (const journal of ['-wal', '-shm']) await rm(file + journal, { force: true });
		expect(() => open(false)).toThrow(/is damaged, and a running bot has it open; restart the bot/);
		bot.close();
	});
});

test('a database of a newer version is rejected', () => {
	leaveWord('one');
	const database = new Libsql(join(directory, 'flipside.db'));
	setVersion(database, 99);
	database.close();
	expect(() => open(true)).toThrow(/was written by a newer version of the bot; update this one/);
	expect(() => open(true)).toThrow(/newer version/); // the lock was released
});

test('an older database is upgraded by the missing steps', async () => {
	const older = new Libsql(join(directory, 'flipside.db'));
	older.exec(MIGRATIONS[0]);
	older.exec("INSERT INTO words VALUES ('zombie', 1); PRAGMA user_version = 1");
	older.close();
	const store = open(true);
	expect(wordsIn(store)).toEqual(['zombie']);
	const made = { request: 'r', line: '/generate', owner: 'Ann', reporter: { id: 'test:bob', name: 'Bob' }, made: 5 };
	const moderation = new ModerationStore(store.database);
	expect([
		moderation.report(made),
		moderation.report(made),
		moderation.report({ ...made, reporter: { id: 'test:bo', name: 'Bob' } }),
	]).toEqual([true, false, true]);
	expect(store.database.pragma('user_version', { simple: true })).toMatchObject({ user_version: MIGRATIONS.length });
	store.close();
	open(true).close();
});
