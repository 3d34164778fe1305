import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { PromptFileStore } from '../../../src/store/prompt-files.ts';
import { RequestStore } from '../../../src/store/requests.ts';
import { sweep } from '../../../src/store/retention.ts';

const NOW = Date.UTC(2026, 0, 31);
const DAY = 24 * 60 * 60 * 1000;

let directory: string;
let store: RequestStore;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-retention-'));
	store = new RequestStore();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Puts a file into the data directory with this age in days. */
async function put(folder: string, name: string, days: number): Promise<void> {
	await mkdir(join(directory, folder), { recursive: true });
	await writeFile(join(directory, folder, name), 'x');
	const time = new Date(NOW - days * DAY);
	await utimes(join(directory, folder, name), time, time);
}

function request(days: number, blob: string, state: 'done' | 'waiting' = 'done'): string {
	const id = store.newId();
	const owner = { id: 'test:ann', name: 'Ann', staff: false };
	const time = NOW - days * DAY;
	const options = { image: { blob, name: 'sketch.png' } };
	store.add({ id, command: 'edit', options, owner, state, created: time, ended: state === 'done' ? time : undefined });
	return id;
}

const blob = (digit: string) => digit.repeat(64);

test('everything older than the given days is removed, except what younger requests need', async () => {
	for (const digit of ['a', 'b', 'c', 'd']) await put('blobs', blob(digit), 40);
	await put('blobs', blob('e'), 2);
	await put('results', 'old.json', 40);
	await put('results', 'new.json', 2);
	const old = request(40, blob('a'));
	const young = [request(40, blob('b'), 'waiting'), request(2, blob('c'))];
	const moderation = new ModerationStore(store.database);
	for (const days of [40, 2]) {
		const reporter = { id: `test:${days}`, name: 'Bob' };
		moderation.report({ request: old, line: `/edit ${days}`, owner: 'Ann', reporter, made: NOW - days * DAY });
	}

	expect(await sweep(store, directory, 30, NOW)).toEqual({ requests: 1, files: 3 });
	expect(store.get(old)).toBeUndefined();
	expect(young.map((id) => store.get(id)?.id)).toEqual(young);
	expect((await readdir(join(directory, 'blobs'))).sort()).toEqual(['b', 'c', 'e'].map(blob));
	expect(await readdir(join(directory, 'results'))).toEqual(['new.json']);
	expect(
		moderation
			.in('x')
			.reports()
			.map(({ line }) => line),
	).toEqual(['/edit 2']);
});

test('a prompt file stays while jobs use it, and is removed with its bytes', async () => {
	for (const digit of ['a', 'b']) await put('blobs', blob(digit), 40);
	const files = new PromptFileStore(store.database);
	for (const digit of ['a', 'b']) {
		files.put('test:ann', { name: `${digit}.pth`, blob: blob(digit), width: 8, prompts: [''] }, NOW - 40 * DAY);
	}
	files.used('test:ann', [blob('b')], NOW - 2 * DAY);
	expect(await sweep(store, directory, 30, NOW)).toEqual({ requests: 0, files: 1 });
	expect(files.of('test:ann')).toMatchObject([{ name: 'b.pth' }]);
	expect(await readdir(join(directory, 'blobs'))).toEqual([blob('b')]);
});

test('an empty data directory has nothing to remove', async () => {
	expect(await sweep(store, directory, 30, NOW)).toEqual({ requests: 0, files: 0 });
});

test('more than fit in one transaction go too, and others have their turn meanwhile', async () => {
	for (let i = 0; i < 250; i++) request(40, blob('a'));
	const young = request(2, blob('b'));
	let left: number | undefined;
	const swept = sweep(store, directory, 30, NOW);
	setImmediate(() => {
		left = store.endedBefore(NOW).length;
	});
	expect(await swept).toEqual({ requests: 250, files: 0 });
	expect(left).toBeGreaterThan(1);
	expect(store.endedBefore(NOW)).toEqual([young]);
});

test.each([
	'SELECT id FROM requests WHERE ended < 1 ORDER BY ended',
	"SELECT id FROM requests WHERE surface = 'console' ORDER BY created DESC LIMIT 100",
])('an index serves %s', (sql) => {
	const plan = store.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
	expect(plan.map(({ detail }) => detail).join('; ')).toMatch(
		/^SEARCH requests USING (COVERING )?INDEX [a-z_]+ \([^;]*$/,
	);
});
