import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { followSignal } from '../../../src/base/follow-signal.ts';
import { Preparations } from '../../../src/desk/preparations.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';

test('the new signal aborts with its parent’s reason, at once if the parent is already aborted', () => {
	const parent = new AbortController();
	const own = new AbortController();
	followSignal(parent.signal, own);
	parent.abort('the end');
	expect(own.signal.reason).toBe('the end');
	const late = new AbortController();
	followSignal(parent.signal, late);
	expect(late.signal.reason).toBe('the end');
});

test('no listener remains on a long-lived parent', async () => {
	const stopping = new AbortController().signal;
	const own = new AbortController();
	followSignal(stopping, own)();
	const preparations = new Preparations({ blobs: memoryBlobs(), stopping });
	await preparations.run('request', async () => {
		expect(getEventListeners(stopping, 'abort')).toHaveLength(1);
	});
	expect(getEventListeners(stopping, 'abort')).toEqual([]);
});
