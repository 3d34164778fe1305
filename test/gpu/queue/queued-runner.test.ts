import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import type { Execution, Executor } from '../../../gpu/queue/executor.ts';
import { createQueuedRunner } from '../../../gpu/queue/queued-runner.ts';
import type { JobEnd, JobEvent } from '../../../gpu/queue/runner.ts';
import { fakeJob, record } from './recorder.ts';

const standstill = 'No worker is ready.';

it('tells everyone who waits why nothing starts, and when that is over', async () => {
	const { executor, change, running } = standing();
	const runner = createQueuedRunner(executor);
	const events = record(runner);
	const becomes = (last: JobEvent) => vi.waitFor(() => expect(events.of(last.id).at(-1)).toEqual(last));
	for (const id of ['a', 'b']) await runner.submit(fakeJob('a cat'), { id, owner: id });
	await events.next('b', 'queued');
	change({ standstill });
	await becomes({ id: 'b', type: 'queued', position: 1, standstill });
	change({ standstill: undefined, ready: true });
	await becomes({ id: 'b', type: 'queued', position: 0 });
	// The turn of the first has come, but whoever should run it is gone before it starts.
	expect(running.map(({ id }) => id)).toEqual(['a']);
	change({ standstill, ready: false });
	await becomes({ id: 'a', type: 'queued', position: 0, standstill });
	running[0].tell({ id: 'a', type: 'started' });
	change({ standstill: undefined });
	await becomes({ id: 'a', type: 'started' });
});

it('lets a job wait without a limit while nothing runs it, and then gives it all of its time again', async () => {
	const { executor, change, running } = standing();
	const runner = createQueuedRunner(executor, { jobTimeoutMs: 60 });
	const events = record(runner);
	change({ ready: true });
	await runner.submit(fakeJob('a cat'), { id: 'a', owner: 'ann' });
	const [{ tell }] = running;
	tell({ id: 'a', type: 'started' });
	await delay(40);
	tell({ id: 'a', type: 'interrupted' });
	change({ standstill, ready: false });
	await delay(80);
	expect(events.of('a').slice(-2)).toEqual([
		{ id: 'a', type: 'queued', position: 0 },
		{ id: 'a', type: 'queued', position: 0, standstill },
	]);
	tell({ id: 'a', type: 'started' });
	await delay(40);
	expect(running[0].signal.aborted).toBe(false);
	await delay(40);
	expect(running[0].signal.aborted).toBe(true);
});

it('tells each job what stands in its way, asks again only when that may have changed, and gives it no turn', async () => {
	const { executor, change, running } = standing();
	const runner = createQueuedRunner(executor);
	const events = record(runner);
	const obstacle = vi.fn(({ model }: Job) => (model === 'XL' ? 'No worker has XL.' : undefined));
	change({ ready: true, obstacle });
	await runner.submit({ ...fakeJob('a cat'), model: 'XL' }, { id: 'a', owner: 'ann' });
	await runner.submit(fakeJob('a cat'), { id: 'b', owner: 'bob' });
	expect(await events.next('a', 'queued')).toMatchObject({ position: 0, standstill: 'No worker has XL.' });
	expect(running.map(({ id }) => id)).toEqual(['b']);
	for (let i = 0; i < 5; i++) change({});
	expect(obstacle).toHaveBeenCalledTimes(2);
	change({ obstacle: () => undefined });
	await vi.waitFor(() => expect(events.of('a').at(-1)).toEqual({ id: 'a', type: 'queued', position: 0 }));
});

it('lets a job that nothing can run any more wait again like others, and then gives it its turn', async () => {
	const { executor, change, running, end } = standing();
	const runner = createQueuedRunner(executor);
	const events = record(runner);
	change({ ready: true });
	const limit = { owner: 'ann', maxRunning: 1 };
	await runner.submit({ ...fakeJob('a cat'), model: 'XL' }, { id: 'a1', ...limit });
	await runner.submit(fakeJob('a cat'), { id: 'a2', ...limit });
	running[0].tell({ id: 'a1', type: 'started' });
	change({ obstacle: ({ model }: Job) => (model === 'XL' ? 'No worker has XL.' : undefined) });
	running[0].tell({ id: 'a1', type: 'interrupted' });
	running[0].onReturn?.(1);
	end('a1', { id: 'a1', type: 'cancelled' });
	await vi.waitFor(() => expect(running.map(({ id }) => id)).toEqual(['a1', 'a2']));
	const queued = { id: 'a1', type: 'queued', position: 0, standstill: 'No worker has XL.' };
	expect(events.of('a1').at(-1)).toMatchObject(queued);
	change({ obstacle: undefined });
	end('a2', { id: 'a2', type: 'cancelled' });
	await vi.waitFor(() => expect(running.slice(2)).toMatchObject([{ id: 'a1', deaths: 1 }]));
	end('a1', { id: 'a1', type: 'failed', fault: 'internal', message: 'Broken.' });
	expect((await events.end('a1')).type).toBe('failed');
	expect(events.of('a1').filter(({ type }) => type === 'cancelled')).toEqual([]);
});

it('cancels a job that goes back into the line just then', async () => {
	const { executor, change, running, end } = standing();
	const runner = createQueuedRunner(executor);
	const events = record(runner);
	change({ ready: true });
	await runner.submit(fakeJob('a cat'), { id: 'a', owner: 'ann' });
	running[0].onReturn?.(0);
	end('a', { id: 'a', type: 'cancelled' });
	expect(await runner.cancel('a')).toBe(true);
	expect((await events.end('a')).type).toBe('cancelled');
	expect(running).toHaveLength(1);
});

/** An executor with one slot that only takes jobs, with what changes it, and what ends the last run of a job. */
function standing() {
	const running: Execution[] = [];
	const ends = new Map<string, (end: JobEnd) => void>();
	const listeners = new Set<() => void>();
	const executor = {
		slots: 1,
		shortSlots: 0,
		ready: false,
		givenUp: undefined,
		standstill: undefined as string | undefined,
		obstacle: undefined as Executor['obstacle'],
		onChange: (listener: () => void) => void listeners.add(listener),
		start: () => {},
		run: (execution: Execution) => {
			running.push(execution);
			return new Promise<JobEnd>((resolve) => ends.set(execution.id, resolve));
		},
		models: async () => ({ usable: [], damaged: [] }),
		devices: () => [],
		close: async () => {},
	} satisfies Executor;
	const change = (state: Partial<Pick<Executor, 'ready' | 'standstill' | 'obstacle'>>) => {
		Object.assign(executor, state);
		for (const listener of listeners) listener();
	};
	const end = (id: string, how: JobEnd) => ends.get(id)?.(how);
	return { executor, running, change, end };
}
