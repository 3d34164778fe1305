import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../gpu/queue/fair.ts';

const ownerOf = (id: string) => id.replace(/\d/, '');

/** A queue, and the order in which it hands out jobs. */
function line({ slots = 1, maxRunning }: { slots?: number; maxRunning?: number } = {}) {
	const queue = new FairQueue(slots);
	const handedOut: string[] = [];
	const run = (id: string) => async () => handedOut.push(id);
	return {
		queue,
		ids: () => [...queue.places().keys()],
		join: (...ids: string[]) => {
			for (const id of ids) queue.enqueue(run(id), { id, owner: ownerOf(id), maxRunning });
		},
		take: async () => {
			await queue.dequeue()?.();
			return handedOut.at(-1);
		},
	};
}

describe('FairQueue', () => {
	it('passes over what does not fit, and puts what is stuck behind all others, without a loss of turns', () => {
		const queue = new FairQueue(1);
		const free = new Set<string>();
		const join = (id: string, model: string, isStuck = false) => {
			const fits = () => free.has(model);
			queue.enqueue(async () => id, { id, owner: ownerOf(id), fits, isStuck: () => isStuck });
		};
		join('ann1', 'gone', true);
		join('ann2', 'large');
		join('bob1', 'small');
		join('ann3', 'small');
		expect([...queue.places()].map(([id, { position }]) => `${id} ${position}`)).toEqual([
			'ann2 0',
			'bob1 1',
			'ann3 2',
			'ann1 3',
		]);
		expect([queue.size, queue.dequeue()]).toEqual([0, undefined]);
		free.add('small');
		expect(queue.size).toBe(2);
		queue.dequeue();
		free.add('large');
		expect([...queue.places().keys()]).toEqual(['ann2', 'ann3', 'ann1']);
		expect(queue.places().get('ann1')?.isSettled).toBe(false);
	});

	it('lets owners take turns, first come first served within a round', () => {
		const { queue, ids, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		expect(ids()).toEqual(['ann1', 'bob1', 'cat1', 'ann2', 'bob2', 'ann3']);
		expect(queue.size).toBe(6);
	});

	it('remembers who was served last', async () => {
		const { ids, join, take } = line();
		join('ann1');
		expect(await take()).toBe('ann1');
		join('ann2', 'bob1');
		expect(ids()).toEqual(['bob1', 'ann2']);
	});

	it('gives owners no credit for having been away', async () => {
		const { ids, join, take } = line();
		join('ann1', 'ann2', 'ann3');
		expect([await take(), await take()]).toEqual(['ann1', 'ann2']);
		join('bob1', 'bob2', 'bob3');
		expect(ids()).toEqual(['bob1', 'ann3', 'bob2', 'bob3']);
	});

	it('hands jobs out in the announced order', async () => {
		const { queue, ids, join, take } = line();
		join('ann1', 'ann2', 'bob1', 'ann3', 'cat1', 'bob2');
		const announced = ids();
		const taken: (string | undefined)[] = [];
		while (queue.size > 0) taken.push(await take());
		expect(taken).toEqual(announced);
		expect(queue.dequeue()).toBeUndefined();
	});

	it('closes the gap when a job leaves', () => {
		const { queue, ids, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'bob2');
		queue.remove('ann1');
		expect(ids()).toEqual(['ann2', 'bob1', 'ann3', 'bob2']);
	});

	it('skips jobs of owners at their limit, until one of their jobs ends', async () => {
		const { queue, join, take } = line({ slots: 2, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3');
		expect(await take()).toBe('ann1');
		expect([queue.size, queue.dequeue()]).toEqual([0, undefined]);
		join('bob1', 'bob2');
		expect([queue.size, await take()]).toEqual([2, 'bob1']);
		expect(queue.size).toBe(0);
		queue.ended({ owner: 'ann' });
		expect(await take()).toBe('ann2');
		expect(queue.size).toBe(0);
		queue.ended({ owner: 'bob' });
		expect(await take()).toBe('bob2');
	});

	it.each([1, 2, 3])('announces that order for %i slots', async (slots) => {
		const { queue, ids, join, take } = line({ slots, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		const announced = ids();
		const running: string[] = [];
		const taken: (string | undefined)[] = [];
		while (taken.length < announced.length) {
			if (queue.size > 0 && running.length < slots) {
				const id = (await take()) as string;
				taken.push(id);
				running.push(id);
			} else queue.ended({ owner: ownerOf(running.shift() as string) });
		}
		expect(taken).toEqual(announced);
	});

	describe('with a slot for short jobs', () => {
		/** A queue with one slot and one for short jobs (dan-s1). An owner may run one job of each kind. */
		function lanes() {
			const queue = new FairQueue(1, 1);
			const handedOut: string[] = [];
			const isShort = (id: string) => id.includes('-s');
			return {
				queue,
				join: (...ids: string[]) => {
					for (const id of ids) {
						const run = async () => handedOut.push(id);
						queue.enqueue(run, { id, owner: id.split('-')[0], isShort: isShort(id), maxRunning: 1 });
					}
				},
				/** Starts every job that may start now. */
				start: async () => {
					const before = handedOut.length;
					while (queue.size > 0) await queue.dequeue()?.();
					return handedOut.slice(before);
				},
				end: (id: string) => queue.ended({ owner: id.split('-')[0], isShort: isShort(id) }),
				positions: () => [...queue.places()].map(([id, { position }]) => `${id} ${position}`),
			};
		}

		it('runs a short job beside a long one, also of the same owner', async () => {
			const { join, start } = lanes();
			join('ann-l1');
			expect(await start()).toEqual(['ann-l1']);
			join('bob-l1', 'cat-l1', 'ann-s1');
			expect(await start()).toEqual(['ann-s1']);
		});

		it('counts for each job only those that it waits for', async () => {
			const { join, start, positions, queue } = lanes();
			join('ann-l1', 'ann-s1');
			await start();
			join('bob-l1', 'dan-s1', 'dan-s2', 'cat-l1', 'eve-s1');
			expect(positions()).toEqual(['bob-l1 0', 'cat-l1 1', 'dan-s1 0', 'eve-s1 1', 'dan-s2 2']);
			expect([...queue.places().values()].map(({ isShort }) => isShort)).toEqual([false, false, true, true, true]);
		});

		it('never gives a slot that another job waits for to short jobs', async () => {
			const { join, start, end } = lanes();
			join('ann-l1', 'dan-s1', 'dan-s2', 'dan-s3', 'bob-l1');
			expect(await start()).toEqual(['ann-l1', 'dan-s1']);
			end('ann-l1');
			expect(await start()).toEqual(['bob-l1']);
			end('dan-s1');
			expect(await start()).toEqual(['dan-s2']);
		});

		it('lets others’ short jobs take turns with those of an owner with many', async () => {
			const { join, start, end } = lanes();
			join('ann-l1', 'dan-s1', 'dan-s2', 'dan-s3');
			await start();
			join('eve-s1');
			end('dan-s1');
			expect(await start()).toEqual(['eve-s1']);
			end('eve-s1');
			expect(await start()).toEqual(['dan-s2']);
		});

		it('does not count short jobs as turns among the others', async () => {
			const { join, start, end } = lanes();
			join('ann-l1');
			await start();
			join('dan-s1', 'dan-s2');
			for (const id of ['dan-s1', 'dan-s2']) {
				expect(await start()).toEqual([id]);
				end(id);
			}
			join('dan-l1', 'ann-l2');
			end('ann-l1');
			expect(await start()).toEqual(['dan-l1']);
		});

		it('lends free slots to short jobs until they end', async () => {
			const { join, start, end } = lanes();
			join('ann-s1', 'bob-s1', 'cat-s1');
			expect(await start()).toEqual(['ann-s1', 'bob-s1']);
			join('dan-l1');
			expect(await start()).toEqual([]);
			end('ann-s1');
			expect(await start()).toEqual(['dan-l1']);
			end('bob-s1');
			expect(await start()).toEqual(['cat-s1']);
		});
	});

	it('refuses a job that could never start', () => {
		expect(() => line({ maxRunning: 0 }).join('ann1')).toThrow('would wait forever');
	});
});
