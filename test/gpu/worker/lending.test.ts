import { describe, expect, it, vi } from 'vitest';
import { Lending } from '../../../gpu/worker/lending.ts';

/** A lending with room for this many things. */
function lendingOf(places: number) {
	const log: string[] = [];
	const open = new Set<string>();
	const onError = vi.fn();
	/** What was reported as open, such as "b a". */
	const reported: string[] = [];
	const lending = new Lending({
		async open(key) {
			if (key === 'broken') throw new Error('it is broken');
			open.add(key);
			log.push(`+${key}`);
			return {
				key,
				async close() {
					open.delete(key);
					log.push(`-${key}`);
					if (key === 'sticky') throw new Error('it sticks');
				},
			};
		},
		fits: async () => open.size < places,
		onError,
		onChange: (keys) => reported.push(keys.join(' ')),
	});
	return { lending, log, reported, onError };
}

const nothing = async () => {};

describe('lending', () => {
	it('opens each thing once for all users', async () => {
		const { lending, log } = lendingOf(2);
		const keys = await Promise.all([1, 2, 3].map(() => lending.use('a', async ({ key }) => key)));
		expect(keys).toEqual(['a', 'a', 'a']);
		expect(log).toEqual(['+a']);
	});

	it('closes the least recently used thing if there is no room', async () => {
		const { lending, log } = lendingOf(2);
		for (const key of ['a', 'b', 'a', 'c']) await lending.use(key, nothing);
		expect(log).toEqual(['+a', '+b', '-b', '+c']);
		await lending.use('b', nothing);
		expect(log.slice(4)).toEqual(['-a', '+b']);
	});

	it('reports what is open, the most recently used first, whenever that changes', async () => {
		const { lending, reported } = lendingOf(2);
		for (const key of ['a', 'a', 'b', 'a', 'c']) await lending.use(key, nothing);
		await lending.use('broken', nothing).catch(() => {});
		expect(reported).toEqual(['a', 'b a', 'a b', 'a', 'c a', 'c']);
	});

	it('closes nothing in use, even if it exceeds its room', async () => {
		const { lending, log } = lendingOf(1);
		let finish = () => {};
		const working = lending.use(
			'a',
			() =>
				new Promise<void>((resolve) => {
					finish = resolve;
				}),
		);
		await lending.use('b', nothing);
		expect(log).toEqual(['+a', '+b']);
		finish();
		await working;
		await lending.use('c', nothing);
		expect(log.slice(2)).toEqual(['-a', '-b', '+c']);
	});

	it('retries opening what failed, and rethrows errors of the work', async () => {
		const { lending, log } = lendingOf(2);
		await expect(lending.use('broken', nothing)).rejects.toThrow('it is broken');
		await expect(lending.use('broken', nothing)).rejects.toThrow('it is broken');
		const failing = lending.use('a', async () => {
			throw new Error('the work failed');
		});
		await expect(failing).rejects.toThrow('the work failed');
		for (const key of ['b', 'c']) await lending.use(key, nothing);
		expect(log).toEqual(['+a', '+b', '-a', '+c']); // it is no longer in use
	});

	it('continues if something cannot be closed', async () => {
		const { lending, onError } = lendingOf(1);
		await lending.use('sticky', nothing);
		await lending.use('a', nothing);
		expect(onError).toHaveBeenCalledOnce();
	});
});
