import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageRef, RequestRecord } from '../../../src/store/records.ts';
import { RequestStore } from '../../../src/store/requests.ts';

let store: RequestStore;
beforeEach(() => {
	store = new RequestStore();
});

const ann = { id: 'test:ann', name: 'Ann', staff: false };
const messageRef: MessageRef = {
	platform: 'discord',
	channel: 'discord:1',
	message: '7',
	token: 'abc',
	ends: 3,
	dm: false,
};

function add(facts: Partial<RequestRecord> = {}): RequestRecord {
	const options = { prompt: 'a dog', seed: 5 };
	const record = { id: store.newId(), command: 'generate', options, owner: ann, state: 'waiting', ...facts } as const;
	store.add(record);
	return record;
}

const ids = (records: readonly RequestRecord[]) => records.map(({ id }) => id);
const blob = (digit: string) => digit.repeat(64);

describe('a request', () => {
	test('is read back as it was stored or changed', () => {
		const record = add({
			messageRef,
			options: { image: { blob: blob('a'), name: 'sketch.png' }, seed: 5 },
			crashes: 1,
		});
		expect(store.get(record.id)).toEqual({ ...record, created: expect.any(Number) });
		const images = [{ blob: blob('b'), width: 64, height: 64, seed: 5 }];
		Object.assign(record, { state: 'done', began: 10, ended: 20, result: { images, notes: [] } });
		record.answer = { text: 'Done.', figures: [], attachments: [] };
		store.save(record);
		expect(store.get(record.id)).toEqual(record);
		expect(store.get('nobody')).toBeUndefined();
	});

	test('keeps the database’s original column names', () => {
		add({ messageRef });
		const row = store.database.prepare('SELECT surface, channel, message, place FROM requests').get();
		const { platform: surface, ...rest } = messageRef;
		expect(row).toMatchObject({ surface, channel: messageRef.channel, message: messageRef.message });
		expect(JSON.parse((row as { place: string }).place)).toEqual({ surface, ...rest });
	});

	test('stays deleted even if it is saved later', () => {
		const record = add();
		store.delete(record.id);
		store.save(record);
		expect(store.get(record.id)).toBeUndefined();
		expect(store.open()).toEqual([]);
	});

	test('is found by its message, the newest if there are several', () => {
		add({ messageRef });
		const newest = add({ messageRef });
		add({ messageRef: { ...messageRef, channel: 'discord:2' } });
		expect(store.at({ platform: 'discord', channel: 'discord:1', message: '7' })?.id).toBe(newest.id);
		expect(store.at({ ...messageRef, platform: 'slack' })).toBeUndefined();
	});
});

test('open ones are those waiting or running, in order', () => {
	const [a, b, c] = [add({ created: 5 }), add({ created: 3 }), add({ created: 3, state: 'running' })];
	add({ state: 'done', ended: 9 });
	expect(ids(store.open())).toEqual(ids([b, c, a]));
});

test('the last ended ones are counted back from the last event', () => {
	add({ created: 1, ended: 1000, state: 'done' });
	const late = add({ created: 2, ended: 2000, state: 'failed' });
	expect(ids(store.lastEnded(500))).toEqual([late.id]);
	add({ created: 2600 });
	expect(store.lastEnded(500)).toEqual([]);
});

test('ended ones are found by owner, and the newest by platform', () => {
	const old = add({ ended: 10, state: 'done', messageRef });
	const fresh = add({ ended: 30, state: 'done', messageRef });
	add({ ended: 30, owner: { ...ann, id: 'test:bob' } });
	expect(ids(store.endedSince('test:ann', 20))).toEqual([fresh.id]);
	expect(ids(store.newest('discord', 5))).toEqual([old.id, fresh.id]);
	expect(ids(store.newest('discord', 1))).toEqual([fresh.id]);
});

test('one for which the disk has no room is rejected with that reason, and later ones work', () => {
	const { database } = store;
	const [{ page_count: pages }] = database.pragma('page_count') as { page_count: number }[];
	database.pragma(`max_page_count = ${pages}`);
	const text = 'word '.repeat(10_000);
	const large = () => add({ answer: { text, figures: [], attachments: [] } });
	expect(large).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
	expect(large).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
	expect(store.open()).toEqual([]);
	database.pragma('max_page_count = 10000');
	expect(store.get(large().id)?.answer?.text).toBe(text);
});

describe('pictures', () => {
	test('of a deleted request are returned if no other request needs them', () => {
		const upload = { image: { blob: blob('a'), name: 'sketch.png' } };
		const first = add({ options: upload });
		const second = add({ options: upload });
		first.result = { images: [{ blob: blob('b'), width: 1, height: 1, seed: 1 }], notes: [] };
		first.answer = {
			text: '',
			figures: [],
			attachments: [{ bytes: blob('c'), type: 'text/html', filename: 'page.html' }],
		};
		store.save(first);
		expect(['a', 'b', 'c', 'd'].map((digit) => store.needs(blob(digit)))).toEqual([true, true, true, false]);
		expect(store.delete(first.id).sort()).toEqual([blob('b'), blob('c')]);
		expect(store.delete(second.id)).toEqual([blob('a')]);
	});
});
