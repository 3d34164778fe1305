import { expect, it, vi } from 'vitest';
import { remember } from '../../gpu/remember.ts';

const upper = () => vi.fn(async (word: string) => word.toUpperCase());

it('makes a thing once, also for concurrent calls', async () => {
	const make = upper();
	const ask = remember(make, { max: 2 });
	const [first, second] = [ask('a'), ask('a')];
	expect(second).toBe(first);
	expect([await first, await ask('b'), await ask('a')]).toEqual(['A', 'B', 'A']);
	expect(make.mock.calls).toEqual([['a'], ['b']]);
});

it('forgets the least recently used', async () => {
	const make = upper();
	const ask = remember(make, { max: 2 });
	for (const word of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(word);
	expect(make.mock.calls.flat()).toEqual(['a', 'b', 'c', 'b']);
});

it('retries after a failure, which rejects all concurrent calls', async () => {
	const make = upper().mockRejectedValueOnce(new Error('damaged'));
	const ask = remember(make);
	await Promise.all([ask('a'), ask('a')].map((asked) => expect(asked).rejects.toThrow('damaged')));
	expect(await ask('a')).toBe('A');
	expect(make).toHaveBeenCalledTimes(2);
});

it('keeps a newer entry when an older one with the same key fails late', async () => {
	let fail = (_: Error) => {};
	const make = upper().mockReturnValueOnce(
		new Promise((_, reject) => {
			fail = reject;
		}),
	);
	const ask = remember(make);
	const late = ask('a');
	await ask('b'); // there is room for only one
	await ask('a');
	fail(new Error('late'));
	await expect(late).rejects.toThrow('late');
	await ask('a');
	expect(make.mock.calls.flat()).toEqual(['a', 'b', 'a']);
});

it('distinguishes things by their key', async () => {
	const make = vi.fn(async ({ name }: { name: string; at: number }) => name);
	const ask = remember(make, { max: 2, key: ({ name }) => name });
	for (const at of [1, 2, 3]) await ask({ name: 'a', at });
	expect(make).toHaveBeenCalledOnce();
});

it('remembers a thing without arguments', async () => {
	const make = vi.fn(async () => 7);
	const ask = remember(make);
	expect([await ask(), await ask()]).toEqual([7, 7]);
	expect(make).toHaveBeenCalledOnce();
});
