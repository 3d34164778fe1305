/** What a bot can do while the disk is full. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FULL_DISK } from '../../../gpu/jobs/index.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { PaceStore } from '../../../src/store/paces.ts';
import { RequestStore } from '../../../src/store/requests.ts';
import { ann, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
let store: RequestStore;
beforeEach(async () => {
	store = new RequestStore();
	open = await openDesk({ store });
});
afterEach(async () => {
	vi.restoreAllMocks();
	await open.close();
});

/** libsql's error. */
const full = () => {
	throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
};

test('a request is accepted while the disk is full, as it may be one that makes room', async () => {
	vi.spyOn(store, 'add').mockImplementation(full);
	const { view } = await open.ask('generate', { seed: 5 }, ann, messageRefOf('1')).outcome;
	expect(view.state).toBe('done');
	expect(store.get(view.requestId)).toBeUndefined();
	vi.spyOn(store, 'delete').mockImplementation(full);
	expect((await open.answer('generate', { steps: 0 })).text).toMatch(/^steps must be/);
	vi.spyOn(store, 'add').mockImplementation(() => {
		throw new Error('a mistake');
	});
	expect((await open.answer('generate', { seed: 5 })).text).toMatch(/^Something went wrong on our side/);
});

test('a setting that a full disk cannot store is rejected with a sentence', async () => {
	vi.spyOn(ModerationStore.prototype, 'in').mockImplementation(full);
	const view = await open.answer('settings', { steps: 10 }, tess);
	expect([view.state, view.text]).toEqual(['failed', FULL_DISK]);
});

test('a picture is shown even if the disk is full when it is done', async () => {
	open.runner.holdAt = 1;
	const { views, outcome } = open.ask('generate', { seed: 5 });
	await vi.waitFor(() => expect(views.at(-1)?.progress?.done).toBe(1), { timeout: 10_000 });
	vi.spyOn(store, 'save').mockImplementation(full);
	vi.spyOn(PaceStore.prototype, 'add').mockImplementation(full);
	open.runner.holdAt = undefined;
	expect((await outcome).view).toMatchObject({ state: 'done', figures: [{ filename: 'generate-5.png' }] });
	expect(open.log.error).toHaveBeenCalled();
});
