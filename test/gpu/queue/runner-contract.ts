/** The tests that every JobRunner must pass, working with test/fakes/worker.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JobRunner, RunnerError } from '../../../gpu/queue/runner.ts';
import { fakeJob, type Recorder, record } from './recorder.ts';

export interface RunnerUnderTest {
	readonly concurrency: number;
	readonly jobTimeoutMs: number;
	/** The worker's data directory, each test's own. */
	readonly dataDir: string;
}

export function runnerContract(name: string, makeRunner: (options: RunnerUnderTest) => JobRunner): void {
	describe(`JobRunner contract: ${name}`, () => {
		let runner: JobRunner;
		let events: Recorder;
		let dataDir: string;

		function start(options: Partial<RunnerUnderTest> = {}): void {
			runner = makeRunner({ concurrency: 1, jobTimeoutMs: 20_000, dataDir, ...options });
			events = record(runner);
		}

		function submit(id: string, prompt: string, owner = 'ann'): Promise<void> {
			return runner.submit(fakeJob(prompt), { id, owner });
		}

		beforeEach(async () => {
			dataDir = await mkdtemp(join(tmpdir(), 'flipside-runner-'));
			start();
		});
		afterEach(async () => {
			await runner.close();
			await rm(dataDir, { recursive: true, force: true });
		});

		it('reports a job in order: queued*, started, progress*, done', async () => {
			const queued = submit('a', 'sleep 100');
			expect(events.all).toEqual([]); // nothing during the call
			await queued;
			const done = await events.end('a');
			const types = events.of('a').map(({ type }) => type);
			expect(types.join(' ')).toMatch(/^(queued )*started (progress )+done$/);
			expect(done).toMatchObject({ type: 'done', result: { images: [{ width: 32, height: 32, seed: 1 }], notes: [] } });
			const progress = events.of('a').filter((event) => event.type === 'progress');
			expect(progress.map(({ done, total }) => `${done}/${total}`)).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
			expect([...progress[0].preview!]).toEqual([137, 80, 78, 71]);
		});

		it('lets owners take turns and reports positions', async () => {
			await submit('ann1', 'sleep 100', 'ann');
			await events.next('ann1', 'started');
			await submit('ann2', 'sleep 20', 'ann');
			await submit('ann3', 'sleep 20', 'ann');
			await submit('bob1', 'sleep 20', 'bob');
			await submit('cat1', 'sleep 20', 'cat');
			const line = ['ann1', 'bob1', 'cat1', 'ann2', 'ann3'];
			await Promise.all(line.map((id) => events.end(id)));
			expect(events.all.filter(({ type }) => type === 'started').map(({ id }) => id)).toEqual(line);
			expect(events.positions('ann3').slice(-4)).toEqual([3, 2, 1, 0]);
			expect(events.positions('bob1')).toEqual([0]);
		});

		it('runs as many jobs at once as allowed', async () => {
			await runner.close();
			start({ concurrency: 2 });
			for (const id of ['a', 'b', 'c']) await submit(id, 'sleep 200', id);
			await events.end('c');
			const order = events.all.filter(({ type }) => type === 'started' || type === 'done');
			// The first two end at about the same time, in either order.
			expect(order.map(({ type }) => type).slice(0, 3)).toEqual(['started', 'started', 'done']);
			expect(order.filter(({ type }) => type === 'started').map(({ id }) => id)).toEqual(['a', 'b', 'c']);
		});

		it('starts no second job of an owner limited to one, even if nobody else waits', async () => {
			await runner.close();
			start({ concurrency: 2 });
			const limited = (id: string, owner: string) => runner.submit(fakeJob('sleep 120'), { id, owner, maxRunning: 1 });
			await limited('ann1', 'ann');
			await limited('ann2', 'ann');
			await events.next('ann1', 'progress');
			expect(events.positions('ann2').at(-1)).toBe(0);
			await limited('bob1', 'bob');
			await events.next('bob1', 'started');
			expect(events.of('ann2').some(({ type }) => type === 'started')).toBe(false);
			await events.end('ann2');
			const order = events.all.filter(({ type }) => type === 'started' || type === 'done');
			expect(order.filter(({ id }) => id.startsWith('ann')).map(({ id, type }) => `${id} ${type}`)).toEqual([
				'ann1 started',
				'ann1 done',
				'ann2 started',
				'ann2 done',
			]);
		});

		it('frees an owner’s limit when a job is cancelled', async () => {
			await runner.close();
			start({ concurrency: 2 });
			for (const id of ['a', 'b']) await runner.submit(fakeJob('sleep 20000'), { id, owner: 'ann', maxRunning: 1 });
			await events.next('a', 'progress');
			await runner.cancel('a');
			await events.next('b', 'started');
		});

		it('rejects an id that is in use', async () => {
			await submit('a', 'sleep 60');
			await expect(submit('a', 'sleep 60')).rejects.toThrow(/a is in use/);
			await events.end('a');
			expect(events.of('a').filter(({ type }) => type === 'started')).toHaveLength(1);
			await submit('a', 'again');
			await events.end('a');
		});

		it('cancels a waiting job', async () => {
			await submit('a', 'sleep 200');
			await submit('b', 'sleep 20');
			await submit('c', 'sleep 20');
			await events.next('c', 'queued');
			expect(await runner.cancel('b')).toBe(true);
			expect(await events.end('b')).toEqual({ id: 'b', type: 'cancelled' });
			expect(await runner.cancel('b')).toBe(false);
			expect((await events.end('c')).type).toBe('done');
			expect(events.of('b').some(({ type }) => type === 'started')).toBe(false);
		});

		it('cancels a job that is still being queued', async () => {
			const queued = submit('a', 'sleep 20000');
			expect(await runner.cancel('a')).toBe(true);
			await queued;
			expect(await events.end('a')).toEqual({ id: 'a', type: 'cancelled' });
			await submit('a', 'at once');
			expect((await events.end('a')).type).toBe('done');
		});

		it('cancels a running job within one step', async () => {
			await submit('a', 'sleep 20000');
			await events.next('a', 'progress');
			expect(await runner.cancel('a')).toBe(true);
			expect(await events.end('a')).toEqual({ id: 'a', type: 'cancelled' });
			await submit('b', 'next');
			expect((await events.end('b')).type).toBe('done');
		});

		it('does not cancel finished or unknown jobs', async () => {
			await submit('a', 'at once');
			await events.end('a');
			expect(await runner.cancel('a')).toBe(false);
			expect(await runner.cancel('nobody')).toBe(false);
		});

		it('reports whose fault a failure was', async () => {
			await submit('a', 'user error');
			await submit('b', 'internal error');
			expect(await events.end('a')).toEqual({ id: 'a', type: 'failed', fault: 'user', message: 'No such thing.' });
			expect(await events.end('b')).toEqual({ id: 'b', type: 'failed', fault: 'internal', message: 'Broken.' });
		});

		it('reruns a job whose worker died, which waits meanwhile, and leaves waiting jobs alone', async () => {
			await submit('a', 'crash once');
			await submit('b', 'sleep 20', 'bob');
			expect((await events.end('a')).type).toBe('done');
			const types = events.of('a').map(({ type }) => type);
			expect(types.join(' ')).toMatch(/^(queued )*started progress (queued )+started (progress )+done$/);
			expect((await events.end('b')).type).toBe('done');
			expect(events.of('b').filter(({ type }) => type === 'started')).toHaveLength(1);
		});

		it('gives up a job whose worker died twice, and says so', async () => {
			await submit('a', 'crash');
			await submit('b', 'sleep 20', 'bob');
			const failed = await events.end('a');
			expect(failed).toMatchObject({ type: 'failed', fault: 'internal', message: expect.stringMatching(/died twice/) });
			expect((await events.end('b')).type).toBe('done');
		});

		it('ends a job at its time limit, and says what to do', async () => {
			await runner.close();
			start({ jobTimeoutMs: 1500 });
			await submit('a', 'stall 20000');
			const message = expect.stringMatching(/limit of 1\.5 s.*fewer steps/);
			expect(await events.end('a')).toMatchObject({ type: 'failed', fault: 'user', message });
			await submit('b', 'next');
			expect((await events.end('b')).type).toBe('done');
		});

		it('lets a job run three times as long as expected', async () => {
			await runner.close();
			start({ jobTimeoutMs: 1 });
			await runner.submit(fakeJob('stall 1000'), { id: 'a', owner: 'ann', expectedMs: 10_000 });
			await runner.submit(fakeJob('stall 20000'), { id: 'b', owner: 'ann', expectedMs: 500 });
			expect((await events.end('a')).type).toBe('done');
			const message = expect.stringContaining('limit of 1.5 s');
			expect(await events.end('b')).toMatchObject({ type: 'failed', fault: 'user', message });
		});

		it('lets a job that makes progress run on, whatever was expected', async () => {
			await runner.close();
			start({ jobTimeoutMs: 1500 });
			await submit('a', 'sleep 3000');
			expect((await events.end('a')).type).toBe('done');
		});

		it('lists the models', async () => {
			expect(await runner.models()).toMatchObject({ usable: [{ name: 'fake', sampleSize: 32 }], damaged: [] });
		});

		it('reports its devices', async () => {
			await runner.models();
			expect(await runner.devices()).toMatchObject([{ device: 'cpu', slots: 1, running: 0, loaded: [] }]);
		});

		it('cancels everything when closed', async () => {
			await submit('a', 'sleep 20000');
			await submit('b', 'sleep 20', 'bob');
			await events.next('a', 'progress');
			await runner.close();
			expect(await events.end('a')).toEqual({ id: 'a', type: 'cancelled' });
			expect(await events.end('b')).toEqual({ id: 'b', type: 'cancelled' });
			await expect(submit('c', 'too late')).rejects.toThrow(RunnerError);
			await expect(runner.models()).rejects.toThrow(RunnerError);
		});

		it('notifies every listener until it leaves, even if another one throws', async () => {
			const heard: string[] = [];
			runner.onEvent(() => {
				throw new Error('a listener that fails');
			});
			const leave = runner.onEvent((event) => heard.push(`${event.id} ${event.type}`));
			await submit('a', 'at once');
			await events.end('a');
			expect(heard.at(-1)).toBe('a done');
			leave();
			await submit('b', 'at once');
			await events.end('b');
			expect(heard.at(-1)).toBe('a done');
		});
	});
}
