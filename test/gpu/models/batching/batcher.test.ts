import { describe, expect, test } from 'vitest';
import { Batcher, planBatches } from '../../../../gpu/models/batching/batcher.ts';

const SIZES = [1, 2, 4, 8];

test.each([
	[1, [1]],
	[2, [2]],
	[3, [2, 1]],
	[7, [4, 2, 1]],
	[8, [8]],
	[19, [8, 8, 2, 1]],
	[0, []],
])('%i calls run as %j', (count, plan) => {
	expect(planBatches(count, SIZES)).toEqual(plan);
});

/** A batcher that doubles numbers, and the batches it ran. Negative numbers fail in a batch, 0 in preparation. */
function doubler() {
	const batches: number[][] = [];
	const batcher = new Batcher<number, number, number>({
		sizes: SIZES,
		prepare: async (call) => {
			if (call === 0) throw new Error('zero');
			return call;
		},
		run: async (batch) => {
			batches.push([...batch]);
			await new Promise(setImmediate);
			if (batch.some((call) => call < 0)) throw new Error('negative');
			return batch.map((call) => 2 * call);
		},
	});
	return { batcher, batches };
}

describe('Batcher', () => {
	test('runs waiting calls together, in order', async () => {
		const { batcher, batches } = doubler();
		const results = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((call) => batcher.submit(call)));
		expect(results).toEqual([2, 4, 6, 8, 10, 12, 14]);
		expect(batches).toEqual([[1, 2, 3, 4], [5, 6], [7]]);
	});

	test('joins the calls of two concurrent loops', async () => {
		const { batcher, batches } = doubler();
		const loop = async (first: number) => {
			for (let step = 0; step < 3; step++) {
				await Promise.all([batcher.submit(first + step), batcher.submit(first + 10 + step)]);
			}
		};
		await Promise.all([loop(1), loop(100)]);
		expect(batches.map(({ length }) => length)).toEqual([4, 4, 4]);
	});

	test('answers a call that comes just as the last one is answered', async () => {
		const { batcher } = doubler();
		// For any number of microtasks between an answer and the next call.
		for (let delay = 0; delay < 12; delay++) {
			expect(await batcher.submit(delay + 1)).toBe(2 * (delay + 1));
			for (let tick = 0; tick < delay; tick++) await Promise.resolve();
		}
	});

	test('fails only the call that fails', async () => {
		const { batcher, batches } = doubler();
		const results = await Promise.allSettled([1, 0, 3, -4, 5].map((call) => batcher.submit(call)));
		expect(results).toEqual([
			{ status: 'fulfilled', value: 2 },
			{ status: 'rejected', reason: new Error('zero') },
			{ status: 'fulfilled', value: 6 },
			{ status: 'rejected', reason: new Error('negative') },
			{ status: 'fulfilled', value: 10 },
		]);
		expect(batches).toEqual([[1, 3, -4, 5], [1], [3], [-4], [5]]);
		expect(await batcher.submit(9)).toBe(18);
	});

	test('requires the size 1', () => {
		const options = {
			sizes: [2],
			prepare: async (call: number) => call,
			run: async (batch: readonly number[]) => batch,
		};
		expect(() => new Batcher(options)).toThrow('sizes must include 1');
	});
});
