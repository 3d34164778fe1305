import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import type { Execution, Executor } from '../../../gpu/queue/executor.ts';
import { createQueuedRunner } from '../../../gpu/queue/queued-runner.ts';
import type { JobEvent } from '../../../gpu/queue/runner.ts';
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

/** An executor with one slot that only takes jobs, with what changes it. */
function standing() {
	const running: Execution[] = [];
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
			return new Promise<never>(() => {});
		},
		models: async () => ({ usable: [], damaged: [] }),
		devices: () => [],
		close: async () => {},
	} satisfies Executor;
	const change = (state: Partial<Pick<Executor, 'ready' | 'standstill' | 'obstacle'>>) => {
		Object.assign(executor, state);
		for (const listener of listeners) listener();
	};
	return { executor, running, change };
}
