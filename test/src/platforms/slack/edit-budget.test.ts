import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EditBudget } from '../../../../src/platforms/slack/edit-budget.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const takeAll = (budget: EditBudget, tries: number) =>
	Array.from({ length: tries }, () => budget.take()).filter(Boolean);

test('allows a burst, then a rate per minute', () => {
	const budget = new EditBudget({ perMinute: 30, burst: 3 });
	expect(takeAll(budget, 5)).toHaveLength(3);
	vi.advanceTimersByTime(1900);
	expect(budget.take()).toBe(false);
	vi.advanceTimersByTime(200);
	expect(takeAll(budget, 5)).toHaveLength(1);
	vi.advanceTimersByTime(3_600_000);
	expect(takeAll(budget, 9)).toHaveLength(3);
});

test('always lets last states through, at the cost of progress', async () => {
	const budget = new EditBudget({ perMinute: 60, burst: 2 });
	const needed = Promise.all([budget.need(), budget.need(), budget.need()]);
	await vi.advanceTimersByTimeAsync(0);
	await needed;
	vi.advanceTimersByTime(1500);
	expect(budget.take()).toBe(false);
	vi.advanceTimersByTime(1000);
	expect(budget.take()).toBe(true);
});

test('lets none through while Slack accepts none', async () => {
	const budget = new EditBudget({ perMinute: 60, burst: 5 });
	budget.close(3);
	expect(budget.take()).toBe(false);
	const open = vi.fn();
	const needed = budget.need().then(open);
	await vi.advanceTimersByTimeAsync(2900);
	expect(open).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(200);
	await needed;
	expect(budget.take()).toBe(true);
});
