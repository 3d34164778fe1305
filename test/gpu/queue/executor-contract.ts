/** The tests that every Executor must pass, working with test/fakes/worker.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionEvent, Executor } from '../../../gpu/queue/executor.ts';
import { RunnerError } from '../../../gpu/queue/runner.ts';
import { fakeJob } from './recorder.ts';

/** @param makeExecutor makes an executor with two slots, not yet started; `dataDir` is each test's own, for the worker */
export function executorContract(name: string, makeExecutor: (dataDir: string) => Executor): void {
	describe(`Executor contract: ${name}`, () => {
		let dataDir: string;
		let executor: Executor;
		let stops: Map<string, AbortController>;
		/** The events of jobs, such as "a started". */
		let told: string[];
		let onTold: () => void;

		beforeEach(async () => {
			stops = new Map();
			told = [];
			onTold = () => {};
			dataDir = await mkdtemp(join(tmpdir(), 'flipside-executor-'));
			executor = makeExecutor(dataDir);
		});
		afterEach(async () => {
			await executor.close();
			await rm(dataDir, { recursive: true, force: true });
		});

		function run(id: string, prompt: string) {
			const stop = new AbortController();
			stops.set(id, stop);
			const tell = (event: ExecutionEvent) => {
				told.push(event.type === 'progress' ? `${id} ${event.done}/${event.total}` : `${id} ${event.type}`);
				onTold();
			};
			return executor.run({ id, job: fakeJob(prompt), signal: stop.signal, tell });
		}

		/** Resolves at that event. */
		const heard = (event: string) =>
			new Promise<void>((resolve) => {
				onTold = () => told.includes(event) && resolve();
			});

		/** Starts it, and resolves when all of it is ready for jobs. */
		const ready = () =>
			new Promise<void>((resolve) => {
				executor.onChange(() => executor.ready && executor.slots === 2 && resolve());
				executor.start();
			});

		it('says when it is ready, and keeps jobs that come before', async () => {
			expect([executor.slots, executor.ready, executor.givenUp]).toEqual([2, false, undefined]);
			const early = run('a', 'sleep 40');
			await ready();
			expect(await early).toMatchObject({ id: 'a', type: 'done', result: { notes: [] } });
			expect(told).toEqual(['a started', 'a 1/2', 'a 2/2']);
		});

		it('runs one job in each slot', async () => {
			await ready();
			const ends = Promise.all([run('a', 'sleep 200'), run('b', 'sleep 200')]);
			await ends;
			expect(told.indexOf('b 1/10')).toBeLessThan(told.indexOf('a 10/10'));
		});

		it('reports the load of its devices, and the models that jobs have loaded there', async () => {
			await ready();
			const running = run('a', 'sleep 20000');
			await heard('a 1/1000');
			const sum = (of: 'slots' | 'running') => executor.devices().reduce((total, device) => total + device[of], 0);
			expect([sum('slots'), sum('running')]).toEqual([2, 1]);
			expect(executor.devices().flatMap(({ loaded }) => loaded)).toEqual(['fake']);
			expect(executor.devices().map(({ device, problem }) => [device, problem])).toContainEqual(['cpu', undefined]);
			stops.get('a')?.abort();
			await running;
			expect(sum('running')).toBe(0);
		});

		it('ends an aborted job, whether it is running or was just handed over', async () => {
			await ready();
			const running = run('a', 'sleep 20000');
			await heard('a 1/1000');
			stops.get('a')?.abort();
			expect(await running).toEqual({ id: 'a', type: 'cancelled' });
			const fresh = run('b', 'sleep 20000');
			stops.get('b')?.abort();
			expect(await fresh).toEqual({ id: 'b', type: 'cancelled' });
			expect((await run('a', 'sleep 20')).type).toBe('done');
		});

		it('ends a job aborted before it is ready', async () => {
			executor.start();
			const waiting = run('a', 'sleep 20');
			stops.get('a')?.abort();
			expect(await waiting).toEqual({ id: 'a', type: 'cancelled' });
		});

		it('reports how a job failed', async () => {
			await ready();
			const [user, internal] = await Promise.all([run('a', 'user error'), run('b', 'internal error')]);
			expect(user).toEqual({ id: 'a', type: 'failed', fault: 'user', message: 'No such thing.' });
			expect(internal).toEqual({ id: 'b', type: 'failed', fault: 'internal', message: 'Broken.' });
		});

		it('reruns the jobs of a worker that died, and says so', async () => {
			await ready();
			expect((await run('a', 'crash once')).type).toBe('done');
			const again = ['a interrupted', 'a started', 'a 1/2', 'a 1/1'];
			expect(told).toEqual(['a started', 'a 1/2', ...again]);
		});

		it('lists its models, and ends everything when closed', async () => {
			executor.start();
			expect((await executor.models()).usable.map(({ name }) => name)).toEqual(['fake']);
			const running = run('a', 'sleep 20000');
			await heard('a 1/1000');
			await executor.close();
			expect(await running).toEqual({ id: 'a', type: 'cancelled' });
		});

		it('rejects a list of models that will not come', async () => {
			executor.start();
			const models = executor.models().catch((error: unknown) => error);
			await executor.close();
			expect(await models).toBeInstanceOf(RunnerError);
		});
	});
}
