import { expect, it, vi } from 'vitest';
import { Batcher } from '../../../gpu/models/batching/batcher.ts';
import { countBatches } from '../../../gpu/worker/batch-counts.ts';

it('counts batches by their size, and reports those of a moment together', async () => {
	const report = vi.fn();
	const stop = countBatches(report, 20);
	const batcher = new Batcher<number, number, number>({
		sizes: [1, 2, 4],
		prepare: async (call) => call,
		run: async (batch) => {
			if (batch.includes(13)) throw new Error('unlucky');
			return batch;
		},
	});
	await Promise.all([1, 2, 3, 4, 5, 6, 7].map((call) => batcher.submit(call)));
	await vi.waitFor(() => expect(report).toHaveBeenCalledExactlyOnceWith({ 4: 1, 2: 1, 1: 1 }));
	// A batch that fails is run again, one call at a time, and does not count itself.
	await Promise.allSettled([8, 13].map((call) => batcher.submit(call)));
	await vi.waitFor(() => expect(report).toHaveBeenLastCalledWith({ 1: 1 }));
	stop();
	await batcher.submit(9);
	await new Promise((resolve) => setTimeout(resolve, 40));
	expect(report).toHaveBeenCalledTimes(2);
});
