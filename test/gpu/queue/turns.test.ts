import { describe, expect, it } from 'vitest';
import type { Readiness, Waiter } from '../../../gpu/queue/starting-order.ts';
import { Turns } from '../../../gpu/queue/turns.ts';

/** Numbers in 0..1, the same every time. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 48271) % 2147483647;
		return state / 2147483647;
	};
}

/** A line of `count` jobs, some of which have started; every owner has a limit. */
function fill(seed: number, count: number, slots: number): { turns: Turns<Waiter>; running: string[] } {
	const draw = random(seed);
	const pick = (n: number) => Math.floor(draw() * n);
	const turns = new Turns<Waiter>();
	const running: string[] = [];
	for (let i = 0; i < count; i++) {
		const owner = pick(5);
		const maxRunning = 1 + (owner % 3);
		turns.join({ id: `${owner}-${i}`, owner: String(owner), maxRunning });
		const started = running.length < slots && pick(4) === 0 ? turns.start() : undefined;
		if (started) running.push(started.owner);
	}
	return { turns, running };
}

/** What happens when the running jobs end one after the other, each as soon as nobody else may start. */
function play(turns: Turns<Waiter>, running: string[], slots: number): string[] {
	const order: string[] = [];
	while (turns.waiting.length > 0) {
		const next = running.length < slots ? turns.start() : undefined;
		if (next) {
			running.push(next.owner);
			order.push(next.id);
		} else turns.ended(running.shift()!);
	}
	return order;
}

describe('jobs whose turn was in vain', () => {
	const ids = (turns: Turns<Waiter>) => turns.standing(1).order;
	const back = (id: string): Waiter => ({ id, owner: id.replace(/\d/, ''), maxRunning: 1, isBack: true });

	function begun(readiness?: Readiness<Waiter>): Turns<Waiter> {
		const turns = new Turns<Waiter>(readiness);
		for (const id of ['ann1', 'bob1', 'ann2', 'cat1']) {
			turns.join({ id, owner: id.replace(/\d/, ''), maxRunning: 1 });
		}
		expect([turns.start()?.id, turns.start()?.id]).toEqual(['ann1', 'bob1']);
		return turns;
	}

	it('are next, in the order in which they come back, and cost their owners no other turn', () => {
		const turns = begun();
		for (const id of ['ann1', 'bob1']) {
			turns.join(back(id));
			turns.ended(id.replace(/\d/, ''));
		}
		turns.join({ id: 'bob2', owner: 'bob', maxRunning: 1 });
		expect(ids(turns)).toEqual(['ann1', 'bob1', 'cat1', 'ann2', 'bob2']);
	});

	it('are behind all others while they cannot run', () => {
		const turns = begun({ isStuck: ({ isBack }) => isBack === true });
		turns.join(back('ann1'));
		turns.ended('ann');
		expect(ids(turns)).toEqual(['cat1', 'ann2', 'ann1']);
	});
});

describe('the announced order', () => {
	it.each(Array.from({ length: 40 }, (_, i) => [i + 1, 1 + (i % 4)]))(
		'of line %i with %i slots is the one in which its jobs start',
		(seed, slots) => {
			const { turns, running } = fill(seed * 7919, 30, slots);
			const announced = turns.standing(slots).order;
			expect(announced).toHaveLength(turns.waiting.length);
			expect(play(turns, running, slots)).toEqual(announced);
		},
	);

	it('of a thousand jobs of one person takes as many steps as there are jobs', () => {
		const turns = new Turns<Waiter>();
		let asked = 0;
		for (let i = 0; i < 1000; i++) {
			turns.join({
				id: String(i),
				owner: 'ann',
				get maxRunning() {
					asked++;
					return 1;
				},
			});
		}
		expect(turns.standing(2).order).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
		expect(asked).toBeLessThan(5000);
	});
});
