import { expect, test } from 'vitest';
import { Timeline } from '../../../../src/platforms/console/timeline.ts';
import type { WireMessage } from '../../../../src/platforms/console/wire.ts';

const message = (id: string, text: string, state: WireMessage['state'] = 'running'): WireMessage => ({
	id,
	state,
	text,
	asker: '',
	owner: 'ann',
	title: '/generate',
	inputs: [],
	pictures: [],
	files: [],
	buttons: [],
});

test('a watcher gets everything first, and then only the newest of quick changes', async () => {
	const timeline = new Timeline();
	timeline.put(message('a', 'old'));
	const leave = new AbortController();
	const watch = timeline.watch(leave.signal, 'ann');
	expect((await watch.next()).value).toEqual({ type: 'all', messages: [message('a', 'old')] });

	for (let step = 1; step <= 50; step++) timeline.put(message('a', `step ${step}`));
	timeline.put(message('b', 'new'));
	timeline.remove('b');
	const change = { type: 'changed', messages: [message('a', 'step 50')], gone: ['b'] };
	expect((await watch.next()).value).toEqual(change);

	const started = performance.now();
	timeline.put(message('a', 'step 51'));
	const next = watch.next();
	timeline.put(message('a', 'step 52'));
	expect((await next).value.messages).toEqual([message('a', 'step 52')]);
	expect(performance.now() - started).toBeGreaterThan(90);

	const last = watch.next();
	leave.abort();
	expect(await last).toEqual({ done: true, value: undefined });
});

test('drops the oldest finished messages, and keeps open ones', () => {
	const timeline = new Timeline();
	timeline.put(message('first', '', 'running'));
	for (let i = 0; i < 301; i++) timeline.put(message(`m${i}`, '', 'done'));
	expect(timeline.get('first')).toBeDefined();
	expect(timeline.get('m0')).toBeUndefined();
	expect(timeline.get('m300')).toBeDefined();
});

test('keeps a message that has just finished, however many are open and however old the request is', () => {
	const timeline = new Timeline();
	for (let i = 0; i < 400; i++) timeline.put(message(`m${i}`, '', 'waiting'));
	timeline.put(message('m0', 'a picture', 'done'));
	expect(timeline.get('m0')?.text).toBe('a picture');
	for (let i = 1; i < 300; i++) timeline.put(message(`m${i}`, '', 'done'));
	expect(timeline.get('m0')).toBeDefined();
	timeline.put(message('m399', '', 'done'));
	expect(timeline.get('m0')).toBeUndefined();
	expect(timeline.get('m399')).toBeDefined();
	expect(timeline.get('m398')).toBeDefined();
});
