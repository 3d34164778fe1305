import { readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { HelperDied, HelperProcess } from '../../../src/base/helpers/helper-process.ts';
import { Readers, type ReadersOptions } from '../../../src/uploads/readers.ts';

const entry = fileURLToPath(new URL('../../fakes/reader.ts', import.meta.url));
const OPTIONS: ReadersOptions = {
	processes: 1,
	questionsEach: 1,
	maxWaiting: 4,
	limitMs: 30_000,
	memory: 300,
	idleMs: 30_000,
	entry,
};
const TOO_MUCH = 'It takes too much; send less.';
const TOO_LONG = 'It takes too long; send it again.';

let readers: Readers;
const make = (options: Partial<ReadersOptions> = {}) => {
	readers = new Readers({ ...OPTIONS, ...options });
};
afterEach(() => {
	vi.useRealTimers();
	readers.close();
});

/** @returns the fake reader's answer, its process id */
async function ask(label: string, signal?: AbortSignal): Promise<number> {
	const sentences = { tooMuch: TOO_MUCH, tooLong: TOO_LONG };
	const { bytes } = await readers.ask('picture', { bytes: new Uint8Array(1), label }, { ...sentences, signal });
	return Number(Buffer.from(bytes));
}
const refusal = (asked: Promise<unknown>) =>
	asked.then(
		() => undefined,
		(error: unknown) => (error instanceof UserError ? error.message : error),
	);
const isAlive = (pid: number) => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

describe('a reader', () => {
	test('stays for the next question, and ends after being idle', async () => {
		make({ idleMs: 300 });
		const pid = await ask('a');
		expect(await ask('b')).toBe(pid);
		await expect.poll(() => isAlive(pid)).toBe(false);
		expect(await ask('c')).not.toBe(pid);
	});

	test('runs at a lower priority than this process, with all its threads', async () => {
		make();
		const pid = await ask('a');
		const behind = Math.min(19, getPriority() + 5);
		expect(getPriority(pid)).toBe(behind);
		if (process.platform !== 'linux') return;
		const threads = await readdir(`/proc/${pid}/task`);
		expect(threads.length).toBeGreaterThan(4);
		expect(threads.map((thread) => getPriority(Number(thread)))).toEqual(threads.map(() => behind));
	});

	test('reports problems of a file to people, but its own only to the log', async () => {
		make();
		expect(await refusal(ask('refuse'))).toBe('No such thing; send another.');
		const broken = await refusal(ask('fail'));
		expect(broken).toBeInstanceOf(Error);
		expect((broken as Error).message).toMatch(/^a reader failed at picture: Error: broken/);
	});

	test('is ended if a file takes too long, and replaced for the next question', async () => {
		make();
		const pid = await ask('a');
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const asked = refusal(ask('hang'));
		await vi.advanceTimersByTimeAsync(OPTIONS.limitMs - 1);
		expect(isAlive(pid)).toBe(true);
		await vi.advanceTimersByTimeAsync(1);
		vi.useRealTimers();
		expect(await asked).toBe(TOO_LONG);
		expect(isAlive(pid)).toBe(false);
		expect(await ask('b')).not.toBe(pid);
	});

	test.each(['eat', 'fill'])(
		'is ended if a file takes too much memory, without this process using any: %s',
		async (label) => {
			make();
			const before = process.memoryUsage.rss();
			expect(await refusal(ask(label))).toBe(TOO_MUCH);
			expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(100);
		},
	);

	test('is replaced once if it dies, and a file that kills two is refused', async () => {
		make();
		const pid = await ask('a');
		process.kill(pid, 'SIGKILL');
		expect(await ask('b')).not.toBe(pid);
		expect(await refusal(ask('die'))).toBe(TOO_MUCH);
		const alone = new HelperProcess({ ...OPTIONS, name: 'a reader', entry }, () => {});
		await expect(alone.ask('picture', { bytes: new Uint8Array(), label: 'die' })).rejects.toThrow(HelperDied);
	});
});

describe('several questions', () => {
	test('use as many processes as allowed, and wait for their turn', async () => {
		make({ processes: 2 });
		const pids = await Promise.all(['a', 'b', 'c', 'd'].map((label) => ask(label)));
		expect(new Set(pids).size).toBe(2);
	});

	test('are refused if too many wait', async () => {
		make({ maxWaiting: 1 });
		const taken = [ask('a'), ask('b')];
		expect(await refusal(ask('c'))).toMatch(/^Too many files are being read right now; .* in a minute\.$/);
		expect(await Promise.all(taken)).toHaveLength(2);
	});

	test('share a process that has room for several', async () => {
		make({ questionsEach: 4 });
		const slow = new AbortController();
		const fetch = async (address: string, signal?: AbortSignal) =>
			(await readers.ask('address', { address }, { tooMuch: TOO_MUCH, signal })).bytes;
		const waiting = fetch('slow', slow.signal);
		const pids = await Promise.all(['a', 'b'].map((address) => fetch(address)));
		expect(pids[0]).toEqual(pids[1]);
		slow.abort(new Error('gone'));
		await expect(waiting).rejects.toThrow('gone');
	});
});

describe('an abandoned question', () => {
	test('ends a process that it blocks', async () => {
		make();
		const pid = await ask('a');
		const leaving = new AbortController();
		const asked = ask('hang', leaving.signal);
		setTimeout(() => leaving.abort(new Error('gone')), 200);
		await expect(asked).rejects.toThrow('gone');
		await expect.poll(() => isAlive(pid)).toBe(false);
		expect(await ask('b')).not.toBe(pid);
	});

	test('is removed from the line', async () => {
		make();
		const leaving = new AbortController();
		const [first, second] = [ask('a'), ask('hang', leaving.signal)];
		leaving.abort(new Error('gone'));
		await expect(second).rejects.toThrow('gone');
		const pid = await first;
		expect(await ask('b')).toBe(pid);
	});
});
