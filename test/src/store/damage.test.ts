/** Flips bits in the database file, as bad disks and copies do. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MersenneTwister } from '../../../gpu/diffusion/mersenne-twister.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { openStore } from '../../../src/store/open.ts';
import { PaceStore } from '../../../src/store/paces.ts';
import { PromptFileStore } from '../../../src/store/prompt-files.ts';
import { RequestStore } from '../../../src/store/requests.ts';

const REQUESTS = 30;

let directory: string;
let sound: Buffer;
let warnings: string[];

beforeAll(() => {
	directory = mkdtempSync(join(tmpdir(), 'flipside-damage-'));
	const { database, close } = openStore(directory, true, () => {});
	const store = new RequestStore(database);
	for (let i = 0; i < REQUESTS; i++) {
		store.add({
			id: `request-${i}`,
			command: 'generate',
			options: { prompt: `prompt ${i} of a café`, seed: i },
			owner: { id: 'test:ann', name: 'Ann', staff: false },
			messageRef: { platform: 'test', channel: 'test:c', message: String(i) },
			state: i % 3 === 0 ? 'waiting' : 'done',
			answer: { text: 'seed', figures: [], attachments: [] },
			result: { images: [{ blob: 'f'.repeat(64), width: 64, height: 64, seed: i }], notes: [] },
			ended: i % 3 === 0 ? undefined : Date.now(),
		});
	}
	const moderation = new ModerationStore(database);
	const here = moderation.in('test:c');
	here.setSettings({ model: 'emoji-if' });
	here.addWord('zombie');
	here.block({ id: 'test:mallory', name: 'Mallory' });
	const reporter = { id: 'test:bob', name: 'Bob' };
	moderation.report({ request: 'request-1', line: '/generate shocking', owner: 'Ann', reporter, made: 5 });
	new PaceStore(database).add('generate', 'emoji-if', 0.5);
	const prompts = ['a tower'];
	new PromptFileStore(database).put('test:ann', { name: 'own.pth', blob: 'e'.repeat(64), width: 48, prompts });
	database.pragma('wal_checkpoint(TRUNCATE)');
	close();
	sound = readFileSync(join(directory, 'flipside.db'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(() => {
	warnings = [];
});

/** Opens a damaged copy in its own folder, and reads everything in it. */
function readAll(bytes: Buffer) {
	const copy = mkdtempSync(join(directory, 'copy-'));
	writeFileSync(join(copy, 'flipside.db'), bytes);
	const { database, close } = openStore(copy, true, (sentence) => warnings.push(sentence));
	try {
		const store = new RequestStore(database);
		store.open();
		const requests = store.newest('test', 1000);
		const moderation = new ModerationStore(database);
		const here = moderation.in('test:c');
		return {
			requests,
			words: here.words(),
			settings: here.settings(),
			blocked: here.blocked(),
			reports: here.reports(),
			paces: new PaceStore(database).all(),
			promptFiles: new PromptFileStore(database).of('test:ann'),
		};
	} finally {
		close();
	}
}

/** The offsets of a text. Indexes and free pages have copies. */
function placesOf(text: string): readonly number[] {
	const places: number[] = [];
	for (let at = sound.indexOf(text); at >= 0; at = sound.indexOf(text, at + 1)) places.push(at);
	return places;
}

/** Changes the byte `offset` bytes after every occurrence of `text`. */
function changed(text: string, byte: number, offset = 0): Buffer {
	const bytes = Buffer.from(sound);
	for (const at of placesOf(text)) bytes[at + offset] = byte;
	return bytes;
}

test('a database that SQLite would only read is set aside', () => {
	const bytes = Buffer.from(sound);
	bytes[18] = 3; // its write version
	expect(readAll(bytes).requests).toEqual([]);
	expect(warnings).toEqual([expect.stringMatching(/^The database .* was damaged\. It was set aside as/)]);
});

describe('a row', () => {
	test.each([
		['whose text is no UTF-8', () => changed('prompt 7 of', 0xff)],
		['whose JSON is none', () => changed('{"prompt":"prompt 7 of', 0x7a)],
		['that says something else than was written', () => changed('prompt 7 of', 0x51)],
	])('%s is dropped with a warning, and the others stay', (_, damage) => {
		const { requests, words } = readAll(damage());
		expect(requests).toHaveLength(REQUESTS - 1);
		expect(requests.map(({ id }) => id)).not.toContain('request-7');
		expect(words).toEqual(['zombie']);
		expect(warnings).toEqual([expect.stringMatching(/^Rows of the database .* have been deleted \(1 of requests\)/)]);
	});

	test('of settings is dropped as well', () => {
		const { requests, settings } = readAll(changed('{"model":"emoji-if"}', 0x7b, 1));
		expect([requests.length, settings]).toEqual([REQUESTS, {}]);
		expect(warnings).toEqual([expect.stringContaining('(1 of settings)')]);
	});

	test.each([
		['settings', 'emoji-if"}', 'settings', {}],
		['words', 'zombie', 'words', []],
		['blocks', 'test:mallory', 'blocked', []],
		['reports', 'shocking', 'reports', []],
		['prompt_files', 'a tower', 'promptFiles', []],
	] as const)('of %s that says something else than was written is left out as well', (table, text, what, left) => {
		const { requests, ...lists } = readAll(changed(text, 0x66));
		expect([requests.length, lists[what]]).toEqual([REQUESTS, left]);
		expect(warnings).toEqual([expect.stringContaining(`(1 of ${table})`)]);
	});

	test('of paces with a changed number is dropped as well', () => {
		const half = Buffer.alloc(8);
		half.writeDoubleBE(0.5);
		const at = sound.indexOf(half, sound.indexOf('generateemoji-if'));
		const bytes = Buffer.from(sound);
		bytes.writeDoubleBE(0.75, at);
		expect(readAll(bytes).paces).toEqual([]);
		expect(warnings).toEqual([expect.stringContaining('(1 of paces)')]);
	});

	test('without a checksum, from an older version, gets one', () => {
		const dataDir = mkdtempSync(join(directory, 'old-'));
		const open = () => openStore(dataDir, true, (sentence) => warnings.push(sentence));
		const { database, close } = open();
		new ModerationStore(database).in('test:c').addWord('zombie');
		database.exec('UPDATE words SET checksum = NULL');
		close();
		open().close();
		const older = open();
		older.database.exec("UPDATE words SET word = 'zombif'");
		older.close();
		const damaged = open();
		expect(new ModerationStore(damaged.database).words()).toEqual([]);
		damaged.close();
		expect(warnings).toEqual([expect.stringContaining('(1 of words)')]);
	});
});

test('a wrong index is rebuilt with a warning', () => {
	const all = placesOf('zombie').map((at) => {
		const bytes = Buffer.from(sound);
		bytes[at] ^= 1;
		warnings = [];
		return { words: readAll(bytes).words, told: warnings.map((sentence) => sentence.split(' ')[0]) };
	});
	expect(all).toContainEqual({ words: ['zombie'], told: ['Indexes'] });
	expect(all).toContainEqual({ words: [], told: ['Indexes', 'Rows'] });
});

test.each([
	['version', 60],
	['second version', 68],
])('a wrong bit in the %s is silently corrected', (_, offset) => {
	for (const bit of [0, 1, 2, 3, 4]) {
		const bytes = Buffer.from(sound);
		bytes[offset + 3] ^= 1 << bit;
		expect(readAll(bytes).requests).toHaveLength(REQUESTS);
	}
	expect(warnings).toEqual([]);
});

test('the bot starts wherever bits flip, and says so if something is lost', () => {
	const random = new MersenneTwister(7);
	const whole = readAll(sound);
	for (let round = 0; round < 100; round++) {
		const bytes = Buffer.from(sound);
		// Half of the time in the header, where damage has the most varied effects.
		const at = random.next() % (round % 2 ? 200 : bytes.length);
		bytes[at] ^= 1 << (random.next() % 8);
		warnings = [];
		if (!isDeepStrictEqual(readAll(bytes), whole)) expect(warnings, `byte ${at}`).not.toEqual([]);
	}
});
