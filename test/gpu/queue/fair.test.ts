import { describe, expect, it } from 'vitest';
import { FairQueue, type FairWaiter } from '../../../gpu/queue/fair.ts';

const ownerOf = (id: string) => id.replace(/\d/, '');

/** A queue, and the order in which it hands out jobs. */
function line({ slots = 1, maxRunning }: { slots?: number; maxRunning?: number } = {}) {
	const queue = new FairQueue(slots);
	return {
		queue,
		ids: () => [...queue.places().keys()],
		join: (...ids: string[]) => {
			for (const id of ids) queue.join({ id, owner: ownerOf(id), maxRunning });
		},
		take: () => queue.next()?.id,
		end: (id: string) => queue.ended({ owner: ownerOf(id) }),
		/** Takes a job, which ends at once. */
		serve: () => {
			const next = queue.next();
			if (next) queue.ended(next);
			return next?.id;
		},
	};
}

describe('FairQueue', () => {
	it('passes over what does not fit, and puts what is stuck behind all others, without a loss of turns', () => {
		const free = new Set<string>();
		const queue = new FairQueue<FairWaiter & { model: string; isStuck: boolean }>(2, 0, {
			fits: ({ model }) => free.has(model),
			isStuck: ({ isStuck }) => isStuck,
		});
		const join = (id: string, model: string, isStuck = false) => queue.join({ id, owner: ownerOf(id), model, isStuck });
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
		expect(queue.next()).toBeUndefined();
		free.add('small');
		expect(queue.next()?.id).toBe('bob1');
		free.add('large');
		expect([...queue.places().keys()]).toEqual(['ann2', 'ann3', 'ann1']);
		expect(queue.places().get('ann1')?.isSettled).toBe(false);
	});

	it('lets owners take turns, first come first served within a round', () => {
		const { ids, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		expect(ids()).toEqual(['ann1', 'bob1', 'cat1', 'ann2', 'bob2', 'ann3']);
	});

	it('remembers who was served last', () => {
		const { ids, join, serve } = line();
		join('ann1');
		expect(serve()).toBe('ann1');
		join('ann2', 'bob1');
		expect(ids()).toEqual(['bob1', 'ann2']);
	});

	it('gives owners no credit for having been away', () => {
		const { ids, join, serve } = line();
		join('ann1', 'ann2', 'ann3');
		expect([serve(), serve()]).toEqual(['ann1', 'ann2']);
		join('bob1', 'bob2', 'bob3');
		expect(ids()).toEqual(['bob1', 'ann3', 'bob2', 'bob3']);
	});

	it('hands jobs out in the announced order', () => {
		const { ids, join, serve } = line();
		join('ann1', 'ann2', 'bob1', 'ann3', 'cat1', 'bob2');
		const announced = ids();
		expect(announced.map(serve)).toEqual(announced);
		expect(serve()).toBeUndefined();
	});

	it('closes the gap when a job leaves', () => {
		const { queue, ids, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'bob2');
		queue.remove('ann1');
		expect(ids()).toEqual(['ann2', 'bob1', 'ann3', 'bob2']);
	});

	it('skips jobs of owners at their limit, until one of their jobs ends', () => {
		const { join, take, end } = line({ slots: 2, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3');
		expect([take(), take()]).toEqual(['ann1', undefined]);
		join('bob1', 'bob2');
		expect([take(), take()]).toEqual(['bob1', undefined]);
		end('ann1');
		expect([take(), take()]).toEqual(['ann2', undefined]);
		end('bob1');
		expect(take()).toBe('bob2');
	});

	it('hands out no more jobs than there are slots', () => {
		const { queue, join, take, end } = line({ slots: 2 });
		join('ann1', 'bob1', 'cat1', 'dan1', 'eve1');
		expect([take(), take(), take()]).toEqual(['ann1', 'bob1', undefined]);
		queue.resize(3);
		expect([take(), take()]).toEqual(['cat1', undefined]);
		queue.resize(1);
		end('ann1');
		end('bob1');
		expect(take()).toBeUndefined();
		end('cat1');
		expect([take(), take()]).toEqual(['dan1', undefined]);
	});

	it.each([1, 2, 3])('announces that order for %i slots', (slots) => {
		const { ids, join, take, end } = line({ slots, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		const announced = ids();
		const running: string[] = [];
		const taken: string[] = [];
		while (taken.length < announced.length) {
			const id = take();
			if (id === undefined) end(running.shift()!);
			else {
				taken.push(id);
				running.push(id);
			}
		}
		expect(taken).toEqual(announced);
	});

	describe('with a slot for short jobs', () => {
		/** A queue with one slot and one for short jobs (dan-s1). An owner may run one job of each kind. */
		function lanes() {
			const queue = new FairQueue(1, 1);
			const isShort = (id: string) => id.includes('-s');
			return {
				queue,
				join: (...ids: string[]) => {
					for (const id of ids) queue.join({ id, owner: id.split('-')[0], isShort: isShort(id), maxRunning: 1 });
				},
				/** Starts every job that may start now. */
				start: () => {
					const started: string[] = [];
					for (let next = queue.next(); next; next = queue.next()) started.push(next.id);
					return started;
				},
				end: (id: string) => queue.ended({ owner: id.split('-')[0], isShort: isShort(id) }),
				positions: () => [...queue.places()].map(([id, { position }]) => `${id} ${position}`),
			};
		}

		it('runs a short job beside a long one, also of the same owner', () => {
			const { join, start } = lanes();
			join('ann-l1');
			expect(start()).toEqual(['ann-l1']);
			join('bob-l1', 'cat-l1', 'ann-s1');
			expect(start()).toEqual(['ann-s1']);
		});

		it('counts for each job only those that it waits for', () => {
			const { join, start, positions, queue } = lanes();
			join('ann-l1', 'ann-s1');
			start();
			join('bob-l1', 'dan-s1', 'dan-s2', 'cat-l1', 'eve-s1');
			expect(positions()).toEqual(['bob-l1 0', 'cat-l1 1', 'dan-s1 0', 'eve-s1 1', 'dan-s2 2']);
			expect([...queue.places().values()].map(({ isShort }) => isShort)).toEqual([false, false, true, true, true]);
		});

		it('never gives a slot that another job waits for to short jobs', () => {
			const { join, start, end } = lanes();
			join('ann-l1', 'dan-s1', 'dan-s2', 'dan-s3', 'bob-l1');
			expect(start()).toEqual(['ann-l1', 'dan-s1']);
			end('ann-l1');
			expect(start()).toEqual(['bob-l1']);
			end('dan-s1');
			expect(start()).toEqual(['dan-s2']);
		});

		it('lets others’ short jobs take turns with those of an owner with many', () => {
			const { join, start, end } = lanes();
			join('ann-l1', 'dan-s1', 'dan-s2', 'dan-s3');
			start();
			join('eve-s1');
			end('dan-s1');
			expect(start()).toEqual(['eve-s1']);
			end('eve-s1');
			expect(start()).toEqual(['dan-s2']);
		});

		it('starts no short job while more run than there are slots by now', () => {
			const queue = new FairQueue(2, 1);
			for (const id of ['ann-l1', 'bob-l1']) {
				queue.join({ id, owner: id });
				expect(queue.next()?.id).toBe(id);
			}
			queue.resize(1, 1);
			queue.join({ id: 'dan-s1', owner: 'dan', isShort: true });
			expect(queue.next()).toBeUndefined();
			queue.ended({ owner: 'ann-l1' });
			expect(queue.next()?.id).toBe('dan-s1');
		});

		it('does not count short jobs as turns among the others', () => {
			const { join, start, end } = lanes();
			join('ann-l1');
			start();
			join('dan-s1', 'dan-s2');
			for (const id of ['dan-s1', 'dan-s2']) {
				expect(start()).toEqual([id]);
				end(id);
			}
			join('dan-l1', 'ann-l2');
			end('ann-l1');
			expect(start()).toEqual(['dan-l1']);
		});

		it('lends free slots to short jobs until they end', () => {
			const { join, start, end } = lanes();
			join('ann-s1', 'bob-s1', 'cat-s1');
			expect(start()).toEqual(['ann-s1', 'bob-s1']);
			join('dan-l1');
			expect(start()).toEqual([]);
			end('ann-s1');
			expect(start()).toEqual(['dan-l1']);
			end('bob-s1');
			expect(start()).toEqual(['cat-s1']);
		});
	});

	it('refuses a job that could never start', () => {
		expect(() => line({ maxRunning: 0 }).join('ann1')).toThrow('would wait forever');
	});
});
