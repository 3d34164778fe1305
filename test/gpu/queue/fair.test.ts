import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../gpu/queue/fair.ts';

const ownerOf = (id: string) => id.replace(/\d/, '');

/** A queue and a way to read the order in which it hands jobs out. */
function line({ slots = 1, maxRunning }: { slots?: number; maxRunning?: number } = {}) {
	const queue = new FairQueue(slots);
	const handedOut: string[] = [];
	const run = (id: string) => async () => handedOut.push(id);
	return {
		queue,
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
	it('lets owners take turns, first come first served within a round', () => {
		const { queue, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		expect(queue.ids()).toEqual(['ann1', 'bob1', 'cat1', 'ann2', 'bob2', 'ann3']);
		expect(queue.size).toBe(6);
	});

	it('remembers who was served last', async () => {
		const { queue, join, take } = line();
		join('ann1');
		expect(await take()).toBe('ann1');
		join('ann2', 'bob1');
		expect(queue.ids()).toEqual(['bob1', 'ann2']);
	});

	it('gives nobody credit for having been away', async () => {
		const { queue, join, take } = line();
		join('ann1', 'ann2', 'ann3');
		expect([await take(), await take()]).toEqual(['ann1', 'ann2']);
		join('bob1', 'bob2', 'bob3');
		expect(queue.ids()).toEqual(['bob1', 'ann3', 'bob2', 'bob3']);
	});

	it('hands out in the order that it announced', async () => {
		const { queue, join, take } = line();
		join('ann1', 'ann2', 'bob1', 'ann3', 'cat1', 'bob2');
		const announced = queue.ids();
		const taken: (string | undefined)[] = [];
		while (queue.size > 0) taken.push(await take());
		expect(taken).toEqual(announced);
		expect(queue.dequeue()).toBeUndefined();
	});

	it('closes the gap when a job leaves', () => {
		const { queue, join } = line();
		join('ann1', 'ann2', 'ann3', 'bob1', 'bob2');
		queue.remove('ann1');
		expect(queue.ids()).toEqual(['ann2', 'bob1', 'ann3', 'bob2']);
	});

	it('passes over those whose owner has enough running, and takes them up when one of these is over', async () => {
		const { queue, join, take } = line({ slots: 2, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3');
		expect(await take()).toBe('ann1');
		expect([queue.size, queue.dequeue()]).toEqual([0, undefined]);
		join('bob1', 'bob2');
		expect([queue.size, await take()]).toEqual([2, 'bob1']);
		expect(queue.size).toBe(0);
		queue.ended('ann');
		expect(await take()).toBe('ann2');
		expect(queue.size).toBe(0);
		queue.ended('bob');
		expect(await take()).toBe('bob2');
	});

	it.each([1, 2, 3])('announces that order for %i at once', async (slots) => {
		const { queue, join, take } = line({ slots, maxRunning: 1 });
		join('ann1', 'ann2', 'ann3', 'bob1', 'cat1', 'bob2');
		const announced = queue.ids();
		const running: string[] = [];
		const taken: (string | undefined)[] = [];
		while (taken.length < announced.length) {
			if (queue.size > 0 && running.length < slots) {
				const id = (await take()) as string;
				taken.push(id);
				running.push(id);
			} else queue.ended(ownerOf(running.shift() as string));
		}
		expect(taken).toEqual(announced);
	});

	it('refuses a job that could never start', () => {
		expect(() => line({ maxRunning: 0 }).join('ann1')).toThrow('would wait for ever');
	});
});
