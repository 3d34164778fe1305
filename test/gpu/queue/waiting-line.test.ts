import { beforeEach, describe, expect, it } from 'vitest';
import type { FairWaiter } from '../../../gpu/queue/fair.ts';
import { WaitingLine } from '../../../gpu/queue/waiting-line.ts';

/** The positions that were announced, such as "bob1 0". */
let told: string[];
/** The jobs that had their turn, in order. */
let turns: string[];
/** Functions that end a job's turn. */
let end: Map<string, () => void>;
let line: WaitingLine<FairWaiter>;
beforeEach(() => {
	told = [];
	turns = [];
	end = new Map();
	line = new WaitingLine({ slots: 1, turn: take, onMoved: (id, { position }) => told.push(`${id} ${position}`) });
});

/** A turn that lasts until it is ended. */
function take({ id }: FairWaiter): Promise<void> {
	turns.push(id);
	return new Promise((resolve) => end.set(id, resolve));
}

function join(ids: readonly string[], maxRunning?: number): void {
	for (const id of ids) line.join({ id, owner: id.replace(/\d/, ''), maxRunning });
}

/** Resolves after all consequences so far. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function over(id: string): Promise<void> {
	end.get(id)?.();
	await settled();
}

describe('the waiting line', () => {
	it('gives no turns while closed or paused, but announces positions', async () => {
		join(['ann1', 'ann2', 'bob1']);
		await settled();
		expect([turns, told]).toEqual([[], ['ann1 0', 'bob1 1', 'ann2 2']]);
		line.open(1);
		line.pause();
		await settled();
		await over('ann1');
		expect(turns).toEqual(['ann1']);
		line.open(1);
		expect(turns).toEqual(['ann1', 'bob1']);
	});

	it('says whether later jobs may still overtake', async () => {
		const positions: string[] = [];
		const other = new WaitingLine({
			slots: 1,
			turn: take,
			onMoved: (id, { position, isSettled }) => positions.push(`${id} ${position} ${isSettled}`),
		});
		for (const id of ['ann1', 'ann2', 'bob1']) other.join({ id, owner: id.replace(/\d/, '') });
		await settled();
		expect(positions).toEqual(['ann1 0 true', 'bob1 1 true', 'ann2 2 false']);
		other.join({ id: 'cat1', owner: 'cat' });
		await settled();
		expect(positions.slice(3)).toEqual(['cat1 2 true', 'ann2 3 false']);
	});

	it('announces every move to those in front, and to those far back only moves that matter there', async () => {
		const ids = Array.from({ length: 200 }, (_, i) => `p${i}`);
		for (const id of ids) line.join({ id, owner: id });
		line.open(1);
		await expect.poll(() => told.length).toBe(199);
		const heard = (id: string) => told.filter((each) => each.startsWith(`${id} `)).length;
		for (const id of ids.slice(0, 10)) {
			const before = told.length;
			await over(id);
			await expect.poll(() => told.length).toBeGreaterThan(before);
		}
		expect(heard('p40')).toBe(11);
		expect(heard('p199')).toBeLessThan(5);
		const last = Number(told.findLast((each) => each.startsWith('p199 '))?.split(' ')[1]);
		expect(Math.abs(last - 188)).toBeLessThan(4);
	});

	it('announces a move once, after everything has moved', async () => {
		line.open(1);
		join(['ann1', 'ann2', 'ann3']);
		expect(told).toEqual([]); // not during the call
		await settled();
		expect(told).toEqual(['ann2 0', 'ann3 1']);
		join(['bob1', 'cat1']);
		await settled();
		expect(told.slice(2)).toEqual(['bob1 0', 'cat1 1', 'ann2 2', 'ann3 3']);
		await over('ann1');
		expect(told.slice(6)).toEqual(['cat1 0', 'ann2 1', 'ann3 2']);
	});

	it('lets a waiting job leave, and closes the gap', async () => {
		line.open(1);
		join(['ann1', 'ann2', 'bob1']);
		await settled();
		expect([line.leave('bob1'), line.leave('bob1'), line.leave('ann1'), line.leave('nobody')]).toEqual([
			true,
			false,
			false,
			false,
		]);
		await settled();
		expect(told).toEqual(['bob1 0', 'ann2 1', 'ann2 0']);
		await over('ann1');
		await over('ann2');
		expect(turns).toEqual(['ann1', 'ann2']);
	});

	it('lets a job leave right after it joined', async () => {
		join(['ann1', 'bob1']);
		line.leave('ann1');
		line.open(1);
		await settled();
		expect([turns, told]).toEqual([['bob1'], []]);
	});

	it('gives as many turns as there are slots, also when their number changes', async () => {
		line.open(2);
		join(['ann1', 'bob1', 'cat1', 'dan1', 'eve1']);
		expect(turns).toEqual(['ann1', 'bob1']);
		line.open(3);
		expect(turns).toEqual(['ann1', 'bob1', 'cat1']);
		line.open(1);
		await over('ann1');
		await over('bob1');
		expect(turns).toHaveLength(3);
		await over('cat1');
		expect(turns).toEqual(['ann1', 'bob1', 'cat1', 'dan1']);
	});

	it('gives a short job its turn beside a long one, with positions among short jobs only', async () => {
		const other = new WaitingLine({
			slots: 1,
			shortSlots: 1,
			turn: take,
			onMoved: (id, { position, isShort }) => told.push(`${id} ${position} ${isShort}`),
		});
		other.open(1, 1);
		for (const id of ['ann1', 'bob1', 'cat-s', 'dan-s']) {
			other.join({ id, owner: id.slice(0, 3), isShort: id.endsWith('-s') });
		}
		await settled();
		expect([turns, told]).toEqual([
			['ann1', 'cat-s'],
			['bob1 0 false', 'dan-s 0 true'],
		]);
		await over('cat-s');
		expect(turns).toEqual(['ann1', 'cat-s', 'dan-s']);
		await over('ann1');
		expect(turns.at(-1)).toBe('bob1');
	});

	it('gives turns to more short jobs once there are more slots for them', async () => {
		const other = new WaitingLine({ slots: 1, shortSlots: 1, turn: take });
		for (const id of ['ann1', 'bob-s', 'cat-s', 'dan-s']) {
			other.join({ id, owner: id, isShort: id.endsWith('-s') });
		}
		other.open(1, 1);
		expect(turns).toEqual(['ann1', 'bob-s']);
		other.open(1, 2);
		expect(turns).toEqual(['ann1', 'bob-s', 'cat-s']);
		expect(() => other.open(1, 0)).toThrow('short slots cannot come or go');
	});

	it('makes jobs of an owner at the limit wait even if there is room', async () => {
		line.open(2);
		join(['ann1', 'ann2'], 1);
		await settled();
		expect([turns, told]).toEqual([['ann1'], ['ann2 0']]);
		join(['bob1', 'cat1'], 1);
		await settled();
		expect([turns, told.slice(1)]).toEqual([
			['ann1', 'bob1'],
			['cat1 0', 'ann2 1'],
		]);
		await over('ann1');
		expect([turns.at(-1), told.slice(3)]).toEqual(['cat1', ['ann2 0']]);
		await over('bob1');
		expect(turns.at(-1)).toBe('ann2');
	});
});
