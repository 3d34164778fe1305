import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit } from '../../../gpu/queue/time-limit.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('a job without progress ends at its limit', () => {
	const onOver = vi.fn();
	const limit = new TimeLimit(600, onOver);
	limit.progress(0, 34);
	vi.advanceTimersByTime(599);
	expect(onOver).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(onOver).toHaveBeenCalledExactlyOnceWith(600);
});

test('a job with progress may take three times as long as its steps suggest, and ends if it gets stuck', () => {
	const onOver = vi.fn();
	const limit = new TimeLimit(600, onOver);
	vi.advanceTimersByTime(200); // opening the model
	limit.progress(1, 34);
	vi.advanceTimersByTime(100);
	limit.progress(2, 34);
	for (let done = 3; done <= 20; done++) {
		vi.advanceTimersByTime(100);
		limit.progress(done, 34);
	}
	expect(onOver).not.toHaveBeenCalled(); // after 2100 ms
	vi.advanceTimersByTime(60_000);
	expect(onOver).toHaveBeenCalledExactlyOnceWith(3 * (200 + 33 * 100));
});

test('a job that is rerun after its process died starts anew', () => {
	const onOver = vi.fn();
	const limit = new TimeLimit(600, onOver);
	limit.progress(5, 10);
	vi.advanceTimersByTime(500);
	limit.progress(0, 10);
	vi.advanceTimersByTime(50);
	limit.progress(1, 10);
	vi.advanceTimersByTime(60_000);
	expect(onOver).toHaveBeenCalledExactlyOnceWith(3 * (500 + 10 * 50));
});

test('a finished job has no limit', () => {
	const onOver = vi.fn();
	new TimeLimit(600, onOver).clear();
	vi.advanceTimersByTime(1000);
	expect(onOver).not.toHaveBeenCalled();
});
