/** What a bot does while another program locks its database, such as a check, the operator's own backup, or a shell. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { RequestStore } from '../../../src/store/requests.ts';
import { ann, button, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

const SENTENCE = "Another program has locked the bot's database; try again in a moment.";

/** The longest stall of the event loop. Waiting for the lock would take seconds; a busy machine causes a tenth of one. */
const NOTICEABLE_NS = 500e6;

let directory: string;
let opened: ReturnType<typeof openStore>;
let store: RequestStore;
let open: OpenDesk;
let other: InstanceType<typeof Libsql>;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-locked-'));
	opened = openStore(directory, true, (sentence) => expect.fail(sentence));
	store = new RequestStore(opened.database);
	open = await openDesk({ store });
	other = new Libsql(join(directory, 'flipside.db'));
});
afterEach(async () => {
	await open.close();
	other.close();
	opened.close();
	await rm(directory, { recursive: true, force: true });
});

/** As soon as the bot is between two transactions; it writes what comes in one turn of the event loop in one. */
const lock = () => vi.waitFor(() => other.exec('BEGIN IMMEDIATE'));
const unlock = () => other.exec('ROLLBACK');

test('a running request goes on and is stored afterwards, without keeping anybody waiting', async () => {
	open.runner.stepMs = 50;
	const jobs = [1, 2, 3, 4, 5].map((seed) =>
		open.ask('generate', { prompt: 'a dog', seed }, tess, messageRefOf(`${seed}`)),
	);
	await expect.poll(() => open.runner.submitted.length).toBe(5);
	const stalls = monitorEventLoopDelay({ resolution: 5 });
	stalls.enable();
	await lock();
	const outcomes = await Promise.all(jobs.map(({ outcome }) => outcome));
	await delay(500);
	expect(stalls.max).toBeLessThan(NOTICEABLE_NS);
	expect(outcomes.map(({ view }) => view.state)).toEqual(Array(5).fill('done'));
	expect(store.open()).toHaveLength(5);
	unlock();
	await open.desk.written();
	expect(store.open()).toEqual([]);
	expect(store.newest('slack', 9).map(({ state, result }) => [state, result?.images.length])).toEqual(
		Array(5).fill(['done', 1]),
	);
});

test('a new request waits a while to be stored', async () => {
	await lock();
	const asked = open.ask('generate', { prompt: 'a dog', seed: 1 });
	await delay(500);
	expect(asked.views).toEqual([]);
	unlock();
	expect((await asked.outcome).view.state).toBe('done');
});

test('many new requests at once do not keep others waiting', async () => {
	await lock();
	const stalls = monitorEventLoopDelay({ resolution: 5 });
	const people = Array.from({ length: 20 }, (_, i) => ({ ...ann, id: `test:${i}` }));
	// The cost of first use must not count as waiting for the database.
	await delay(500);
	stalls.enable();
	const all = await Promise.all(people.map((user) => open.answer('generate', { prompt: 'a dog', seed: 1 }, user)));
	stalls.disable();
	expect(stalls.max).toBeLessThan(NOTICEABLE_NS);
	expect(all.map(({ text }) => text)).toEqual(Array(20).fill(SENTENCE));
	unlock();
});

test('a request that cannot be stored is rejected with a sentence, and does not count', async () => {
	await lock();
	const all = await Promise.all([1, 2].map((seed) => open.answer('generate', { prompt: 'a dog', seed })));
	expect(all).toMatchObject([1, 2].map(() => ({ state: 'failed', text: SENTENCE, personal: true })));
	unlock();
	expect((await open.answer('generate', { prompt: 'a dog', seed: 3 })).state).toBe('done');
	expect(store.newest('slack', 9)).toEqual([]);
});

test('staff’s decisions are rejected with the same sentence; deletions happen once they can', async () => {
	const made = await open.answer('generate', { prompt: 'a dog', seed: 1 }, ann, messageRefOf('1'));
	await lock();
	expect(await open.desk.press(button(made, 'Delete'), ann)).toMatchObject({ type: 'delete' });
	expect((await open.answer('words add', { word: 'zombie' }, tess)).text).toBe(SENTENCE);
	unlock();
	expect((await open.answer('words list', {}, tess)).text).toBe('No words are forbidden.');
	await expect.poll(() => store.newest('slack', 9)).toEqual([]);
});
