import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../gpu/queue/fair.ts';

/** A queue and a way to read the order in which it hands jobs out. */
function line() {
	const queue = new FairQueue();
	const handedOut: string[] = [];
	const run = (id: string) => async () => handedOut.push(id);
	return {
		queue,
		join: (...ids: string[]) => {
			for (const id of ids) queue.enqueue(run(id), { id, owner: id.replace(/\d/, '') });
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
});
