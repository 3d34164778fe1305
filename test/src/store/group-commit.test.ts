/** Writes of one turn of the event loop, committed together. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LAUNCHER } from '../../../gpu/queue/spawn.ts';
import { type Database, inTransaction } from '../../../src/store/database.ts';
import { GroupCommit } from '../../../src/store/group-commit.ts';
import { statement } from '../../../src/store/statements.ts';

let directory: string;
let database: Database;
let other: Database;
let commits: GroupCommit;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-commit-'));
	database = new Libsql(join(directory, 'test.db'));
	database.exec('PRAGMA journal_mode = WAL; CREATE TABLE words (word TEXT PRIMARY KEY) STRICT');
	other = new Libsql(join(directory, 'test.db'), { timeout: 0 });
	commits = new GroupCommit(database);
});
afterEach(async () => {
	database.close();
	other.close();
	await rm(directory, { recursive: true, force: true });
});

const add = (word: string) => () => void database.prepare('INSERT INTO words VALUES (?)').run(word);
const wordsOf = (reader: Database) =>
	(reader.prepare('SELECT word FROM words ORDER BY word').all() as { word: string }[]).map(({ word }) => word);

test('writes are read at once here, and elsewhere once they are committed', async () => {
	const both = ['a', 'b'].map((word) => commits.write(add(word)));
	expect(wordsOf(database)).toEqual(['a', 'b']);
	expect(wordsOf(other)).toEqual([]);
	await Promise.all(both);
	expect(wordsOf(other)).toEqual(['a', 'b']);
	await commits.committed();
	expect(database.inTransaction).toBe(false);
});

test('one that fails leaves the others alone, and nothing of itself', async () => {
	const first = commits.write(add('a'));
	const second = () => {
		add('b')();
		add('a')();
	};
	expect(() => commits.write(() => inTransaction(database, second))).toThrow(/UNIQUE/);
	await Promise.all([first, commits.write(add('c'))]);
	expect(wordsOf(other)).toEqual(['a', 'c']);
});

test('one that fails first does not keep the database to itself', async () => {
	expect(() =>
		commits.write(() => {
			throw new Error('a mistake');
		}),
	).toThrow('a mistake');
	other.exec('BEGIN IMMEDIATE; ROLLBACK');
	await commits.write(add('a'));
	expect(wordsOf(other)).toEqual(['a']);
});

test('when SQLite takes back the whole group, each write is made again alone', async () => {
	const first = commits.write(add('a'));
	// As SQLite does by itself when the disk is full.
	database.exec('ROLLBACK');
	const second = commits.write(add('b'));
	database.exec('ROLLBACK');
	const third = commits.write(add('c'));
	await Promise.all([first, second, third]);
	expect(wordsOf(other)).toEqual(['a', 'b', 'c']);
});

test('one that cannot be stored even alone is the only one that is told so', async () => {
	let tries = 0;
	const both = [
		commits.write(() => {
			if (++tries === 2) throw new Error('no room');
			add('a')();
		}),
		commits.write(add('b')),
	];
	database.exec('ROLLBACK');
	expect(await Promise.allSettled(both)).toMatchObject([{ reason: new Error('no room') }, { status: 'fulfilled' }]);
	expect(wordsOf(other)).toEqual(['b']);
});

test('what others write in the same turn is committed by itself', async () => {
	const first = commits.write(add('a'));
	inTransaction(database, add('b'));
	expect(wordsOf(other)).toEqual(['a', 'b']);
	const third = commits.write(add('c'));
	statement(database, 'INSERT INTO words VALUES (?)').run('d');
	expect(wordsOf(other)).toEqual(['a', 'b', 'c', 'd']);
	await Promise.all([first, third]);
});

test('nothing is begun while another program has the database to itself', async () => {
	other.exec('BEGIN IMMEDIATE');
	expect(() => commits.write(add('a'))).toThrow(/locked/);
	other.exec('ROLLBACK');
	await commits.write(add('b'));
	expect(wordsOf(other)).toEqual(['b']);
});

test('a process that is killed has lost nothing that it told anybody', async () => {
	const entry = fileURLToPath(new URL('../../fakes/writing-process.ts', import.meta.url));
	const writer = spawn(process.execPath, [LAUNCHER, entry, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
	const told: string[] = [];
	const gone = once(writer, 'close');
	for await (const id of createInterface({ input: writer.stdout })) {
		told.push(id);
		if (told.length === 200) writer.kill('SIGKILL');
	}
	await gone;
	const kept = new Libsql(join(directory, 'flipside.db'));
	const ids = new Set((kept.prepare('SELECT id FROM requests').all() as { id: string }[]).map(({ id }) => id));
	kept.close();
	expect(told.length).toBeGreaterThanOrEqual(200);
	expect(told.filter((id) => !ids.has(id))).toEqual([]);
});
