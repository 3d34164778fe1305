/** The progress of a request on stderr. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progressOn } from '../../../src/command-line/progress.ts';
import type { MessageView } from '../../../src/desk/view.ts';

let written: string[];
beforeEach(() => {
	written = [];
	vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
});

const sink = (more: { isTTY?: boolean; columns?: number } = {}) => ({
	...more,
	write: (text: string | Uint8Array) => void written.push(String(text)),
});

const step = (done: number, state: MessageView['state'] = 'running') =>
	({ state, text: `Step ${done} of 100.`, progress: { done, total: 100 } }) as MessageView;

test('a log gets a line now and then, less and less often', () => {
	const show = progressOn(sink(), false);
	for (let done = 1; done <= 100; done++) {
		show(step(done));
		show(step(done));
		vi.advanceTimersByTime(1000);
	}
	expect(written.map((line) => Number(/^Step (\d+) of 100\.\n$/.exec(line)?.[1]))).toEqual([1, 2, 4, 8, 16, 32, 64]);
});

test('a log gets nothing for queries and finished requests', () => {
	const show = progressOn(sink(), false);
	show({ state: 'running', text: 'Fetching the picture.' } as MessageView);
	show(step(100, 'failed'));
	expect(written).toEqual([]);
	show({ state: 'waiting', text: 'Waiting: 2 before it.' } as MessageView);
	expect(written).toEqual(['Waiting: 2 before it.\n']);
});

test.each([20, 30, 80])(
	'a terminal of %d columns gets one line, written over itself, and gone at the end',
	(columns) => {
		const show = progressOn(sink({ isTTY: true, columns }), false);
		show(step(50));
		show(step(100, 'done'));
		const [first, last] = written.map((line) => line.replace('\r\x1b[K', ''));
		expect(first.length).toBeLessThan(columns);
		expect(first).toMatch(/^\[█+ +\] Step/);
		expect(last).toBe('');
	},
);

test('a terminal without cursor movement gets lines', () => {
	vi.stubEnv('TERM', 'dumb');
	progressOn(sink({ isTTY: true }), false)(step(3));
	expect(written).toEqual(['Step 3 of 100.\n']);
});

test('-q suppresses all progress', () => {
	for (const isTTY of [true, false]) progressOn(sink({ isTTY }), true)(step(3));
	expect(written).toEqual([]);
});
