import { expect, test, vi } from 'vitest';
import { keptReading } from '../../../gpu/models/kept-reading.ts';

/** Reads folders, whose states can be changed. */
function reader() {
	const read: string[] = [];
	const states: Record<string, string> = {};
	const reading = keptReading(
		async (folder) => `${folder}, ${read.push(folder)}`,
		async (folder) => states[folder] ?? 'new',
	);
	return { reading, read, states };
}

test('what was looked at is taken once, and read anew by the next', async () => {
	const { reading, read } = reader();
	expect(await reading.look('a')).toBe('a, 1');
	expect(await reading.take('a')).toBe('a, 1');
	expect(await reading.take('a')).toBe('a, 2');
	expect(read).toEqual(['a', 'a']);
});

test('the first is kept until it is taken: it is the default, which is opened first', async () => {
	const { reading } = reader();
	await reading.look('a');
	await reading.look('b');
	expect(await reading.take('b')).toBe('b, 3');
	expect(await reading.take('a')).toBe('a, 1');
});

test('what has changed since is read again', async () => {
	const { reading, states } = reader();
	await reading.look('a');
	states.a = 'changed';
	expect(await reading.take('a')).toBe('a, 2');
	expect(await reading.look('a')).toBe('a, 3');
	expect(await reading.take('a')).toBe('a, 3');
});

test('nothing is kept for long', async () => {
	vi.useFakeTimers();
	const { reading } = reader();
	await reading.look('a');
	vi.advanceTimersByTime(59_000);
	await reading.look('b');
	vi.advanceTimersByTime(2000);
	expect(await reading.take('a')).toBe('a, 3');
	vi.useRealTimers();
});

test('a failure is kept for nobody', async () => {
	let isDamaged = true;
	const read = async (folder: string) => {
		if (isDamaged) throw new Error('damaged');
		return folder;
	};
	const reading = keptReading(read, async () => '');
	await expect(reading.look('a')).rejects.toThrow('damaged');
	isDamaged = false;
	expect(await reading.take('a')).toBe('a');
});
