import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveMessage } from '../../../src/chat/live-message.ts';

/** Not a multiple of the 10 ms between states, so no write is due exactly when a state comes. */
const INTERVAL = 103;
let written: { state: number; at: number }[];
let errors: unknown[];
/** How long a write takes. */
let writeMs: number;
/** States whose write fails. */
let failing: Set<number>;
let writing: number;
let live: LiveMessage<number>;

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
	written = [];
	errors = [];
	writeMs = 10;
	failing = new Set();
	writing = 0;
	live = new LiveMessage<number>({
		intervalMs: INTERVAL,
		onError: (error) => errors.push(error),
		write: async (state) => {
			writing += 1;
			expect(writing).toBe(1);
			written.push({ state, at: performance.now() });
			await new Promise((resolve) => setTimeout(resolve, writeMs));
			writing -= 1;
			if (failing.has(state)) throw new Error(`no ${state}`);
		},
	});
});

afterEach(() => {
	vi.useRealTimers();
});

const states = () => written.map(({ state }) => state);
const gaps = () => written.slice(1).map(({ at }, i) => at - written[i].at);

/** Shows `count` states, one every 10 ms, starting with `first`. */
async function showMany(count: number, first = 0) {
	for (let i = 0; i < count; i++) {
		live.show(first + i);
		await vi.advanceTimersByTimeAsync(10);
	}
}

test('writes the first state at once, then the newest of each interval', async () => {
	await showMany(30);
	expect(states()).toEqual([0, 10, 20]);
	expect(Math.min(...gaps())).toBeGreaterThanOrEqual(INTERVAL);
});

test('writes the newest state even if nothing follows it', async () => {
	await showMany(3);
	await vi.advanceTimersByTimeAsync(INTERVAL);
	expect(states()).toEqual([0, 2]);
	await vi.advanceTimersByTimeAsync(10 * INTERVAL);
	expect(states()).toEqual([0, 2]);
});

test('writes the newest state after a slow write', async () => {
	writeMs = 355;
	await showMany(40);
	expect(states()).toEqual([0, 35]);
	expect(gaps()[0]).toBeGreaterThanOrEqual(writeMs);
});

test('reports a failed write, and writes the next state', async () => {
	failing = new Set([0]);
	await showMany(20);
	expect(states()).toEqual([0, 10]);
	expect(errors).toEqual([new Error('no 0')]);
});

test('treats a synchronous exception as a failed write', async () => {
	const tried: number[] = [];
	live = new LiveMessage<number>({
		intervalMs: INTERVAL,
		onError: (error) => errors.push(error),
		write: (state) => {
			tried.push(state);
			if (state !== 10) throw new Error(`no ${state}`);
			return Promise.resolve();
		},
	});
	await showMany(20);
	expect(tried).toEqual([0, 10]);
	expect(errors).toEqual([new Error('no 0')]);
});

test('writes nothing more after being abandoned', async () => {
	writeMs = 50;
	await showMany(2);
	let abandoned = false;
	const abandoning = live.abandon().then(() => {
		abandoned = true;
	});
	await vi.advanceTimersByTimeAsync(20);
	expect(abandoned).toBe(false);
	await vi.advanceTimersByTimeAsync(20);
	await abandoning;
	live.show(99);
	await vi.advanceTimersByTimeAsync(10 * INTERVAL);
	expect(states()).toEqual([0]);
});
