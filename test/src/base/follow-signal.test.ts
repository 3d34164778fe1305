import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { followSignal } from '../../../src/base/follow-signal.ts';
import { Preparations } from '../../../src/desk/preparations.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';

test('the own signal is aborted with the parent, for its reason, at once where that is aborted already', () => {
	const parent = new AbortController();
	const own = new AbortController();
	followSignal(parent.signal, own);
	parent.abort('the end');
	expect(own.signal.reason).toBe('the end');
	const late = new AbortController();
	followSignal(parent.signal, late);
	expect(late.signal.reason).toBe('the end');
});

test('nothing stays at the parent, which lives on', async () => {
	const stopping = new AbortController().signal;
	const own = new AbortController();
	followSignal(stopping, own)();
	const preparations = new Preparations({ blobs: memoryBlobs(), stopping });
	await preparations.run('request', async () => {
		expect(getEventListeners(stopping, 'abort')).toHaveLength(1);
	});
	expect(getEventListeners(stopping, 'abort')).toEqual([]);
});
