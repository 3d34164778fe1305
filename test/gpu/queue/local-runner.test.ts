import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalExecutor } from '../../../gpu/queue/local-executor.ts';
import { createLocalRunner, type LocalRunnerOptions } from '../../../gpu/queue/local-runner.ts';
import { type JobRunner, RunnerError } from '../../../gpu/queue/runner.ts';
import { LAUNCHER } from '../../../gpu/queue/spawn.ts';
import { until } from '../../fakes/until.ts';
import { executorContract } from './executor-contract.ts';
import { fakeJob, type Recorder, record, workerPids } from './recorder.ts';
import { runnerContract } from './runner-contract.ts';

const fakeWorker = fileURLToPath(new URL('../../fakes/worker.ts', import.meta.url));
const lonelyBot = fileURLToPath(new URL('../../fakes/lonely-bot.ts', import.meta.url));

runnerContract('local', (options) => createLocalRunner({ ...options, worker: { entry: fakeWorker } }));

executorContract('local', (dataDir) => createLocalExecutor({ concurrency: 2, dataDir, worker: { entry: fakeWorker } }));

/** Whether a process with this id exists. */
function alive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

describe('the local runner', () => {
	let dataDir: string;
	let runner: JobRunner;
	let events: Recorder;
	let log: string[];

	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-local-'));
	});
	afterAll(() => rm(dataDir, { recursive: true, force: true }));
	beforeEach(() => {
		log = [];
	});
	afterEach(() => runner?.close());

	function start(options: Partial<LocalRunnerOptions> = {}): void {
		const worker = { entry: fakeWorker, ...options.worker };
		runner = createLocalRunner({ concurrency: 1, dataDir, log: (line) => log.push(line), ...options, worker });
		events = record(runner);
	}

	const pids = () => workerPids(log);

	it('runs short jobs beside a long one, one at a time, and no other job overtakes', async () => {
		start();
		const submit = (id: string, owner: string, prompt: string, expectedMs?: number) =>
			runner.submit(fakeJob(prompt), { id, owner, expectedMs });
		await submit('long', 'ann', 'sleep 20000');
		await events.next('long', 'progress');
		await submit('next', 'bob', 'sleep 20');
		await submit('short1', 'cat', 'sleep 100', 100);
		await submit('short2', 'dan', 'sleep 20', 20);
		expect((await events.end('short2')).type).toBe('done');
		expect(events.of('short2')[0]).toMatchObject({ type: 'queued', position: 0, short: true });
		const order = events.all.filter(
			({ id, type }) => id.startsWith('short') && (type === 'started' || type === 'done'),
		);
		expect(order.map(({ id, type }) => `${id} ${type}`)).toEqual([
			'short1 started',
			'short1 done',
			'short2 started',
			'short2 done',
		]);
		expect(events.of('next').map(({ type }) => type)).toEqual(['queued']);
		await runner.cancel('long');
		expect((await events.end('next')).type).toBe('done');
	});

	it('survives a kill -9 of the worker: the running job starts over, the waiting one waits', async () => {
		start();
		await runner.submit(fakeJob('sleep 400'), { id: 'a', owner: 'ann' });
		await runner.submit(fakeJob('sleep 20'), { id: 'b', owner: 'bob' });
		await events.next('a', 'progress');
		process.kill(pids()[0], 'SIGKILL');
		expect((await events.end('a')).type).toBe('done');
		expect((await events.end('b')).type).toBe('done');
		expect(pids()).toHaveLength(2);
		const steps = events.of('a').flatMap((event) => (event.type === 'progress' ? [event.done] : []));
		expect(steps.filter((done) => done === 1)).toHaveLength(2);
		expect(log).toContain('the inference process ended (SIGKILL)');
	});

	it('is not ready while its worker is dead', async () => {
		const executor = createLocalExecutor({ concurrency: 1, dataDir, worker: { entry: fakeWorker } });
		const changes: boolean[] = [];
		executor.onChange(() => changes.push(executor.ready));
		executor.start();
		await executor.models();
		const { signal } = new AbortController();
		await executor.run({ id: 'a', job: fakeJob('crash once'), signal, tell: () => {} });
		expect(changes).toEqual([true, false, true]);
		await executor.close();
	});

	it('waits for a worker in a long evaluation to obey a cancel if it has others’ jobs', async () => {
		start({ concurrency: 2, cancelGraceMs: 100 });
		await runner.submit(fakeJob('sleep 600'), { id: 'neighbour', owner: 'bob' });
		await events.next('neighbour', 'progress');
		await runner.submit(fakeJob('block 1000'), { id: 'a', owner: 'ann' });
		await events.next('a', 'started');
		await runner.cancel('a');
		expect((await events.end('a')).type).toBe('cancelled');
		expect((await events.end('neighbour')).type).toBe('done');
		const steps = events.of('neighbour').flatMap((event) => (event.type === 'progress' ? [event.done] : []));
		expect(steps).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
		expect(pids()).toHaveLength(1);
	});

	it('kills a worker that does not obey a cancel once it has no others’ jobs', async () => {
		start({ concurrency: 2, cancelGraceMs: 200 });
		await runner.submit(fakeJob('hang'), { id: 'a', owner: 'ann' });
		await events.next('a', 'started');
		await runner.cancel('a');
		expect((await events.end('a')).type).toBe('cancelled');
		await runner.submit(fakeJob('at once'), { id: 'b', owner: 'bob' });
		expect((await events.end('b')).type).toBe('done');
		expect(pids()).toHaveLength(2);
	});

	it('kills a hanging worker without blaming the jobs beside the cancelled one', async () => {
		start({ concurrency: 2, cancelGraceMs: 50 });
		await runner.submit(fakeJob('sleep 600'), { id: 'neighbour', owner: 'bob' });
		await events.next('neighbour', 'progress');
		// With three hanging jobs in a row, the deaths would exceed the limit if they counted.
		for (const id of ['h1', 'h2', 'h3']) {
			await runner.submit(fakeJob('hang'), { id, owner: 'ann' });
			await events.next(id, 'started');
			await runner.cancel(id);
			expect((await events.end(id)).type).toBe('cancelled');
		}
		expect((await events.end('neighbour')).type).toBe('done');
		expect(pids()).toHaveLength(4);
	});

	it('gives up a worker that dies at every start, with its own message', async () => {
		start({ worker: { env: { FAKE_WORKER: 'cannot-start' } } });
		await runner.submit(fakeJob('anything'), { id: 'a', owner: 'ann' });
		const models = runner.models().catch((error: unknown) => error);
		const message = 'The inference process cannot start: no such device: tpu';
		expect(await events.end('a')).toEqual({ id: 'a', type: 'failed', fault: 'internal', message });
		expect(await models).toEqual(new RunnerError(message));
		expect(await runner.devices()).toEqual([{ device: 'cpu', slots: 1, running: 0, loaded: [], problem: message }]);
		expect(log.filter((line) => line.startsWith('the inference process ended'))).toHaveLength(3);
		// A later job gets the same message at once, without another start.
		await expect(runner.submit(fakeJob('anything'), { id: 'b', owner: 'ann' })).rejects.toThrow(
			new RunnerError(message),
		);
		expect(log.filter((line) => line.startsWith('the inference process ended'))).toHaveLength(3);
	});

	it('gives up a worker that never becomes ready', async () => {
		start({ startTimeoutMs: 1 });
		await runner.submit(fakeJob('anything'), { id: 'a', owner: 'ann' });
		const message = 'The inference process cannot start: not ready within 0.001 s';
		expect(await events.end('a')).toMatchObject({ type: 'failed', message });
	});

	it('can cancel jobs while no worker is ready', async () => {
		start();
		await runner.submit(fakeJob('anything'), { id: 'a', owner: 'ann' });
		expect((await events.next('a', 'queued')).position).toBe(0);
		expect(await runner.cancel('a')).toBe(true);
		expect(await events.end('a')).toEqual({ id: 'a', type: 'cancelled' });
		expect(events.of('a').some(({ type }) => type === 'started')).toBe(false);
	});

	it('keeps secrets from the worker', async () => {
		process.env.FLIPSIDE_TEST_TOKEN = 'secret';
		start({ worker: { entry: fileURLToPath(new URL('../../fakes/tell-environment.ts', import.meta.url)) } });
		delete process.env.FLIPSIDE_TEST_TOKEN;
		await runner.models().catch(() => {});
		expect(log).toContain(`token undefined, data ${dataDir}`);
	});

	it('leaves no worker behind when closed', async () => {
		start();
		await runner.models();
		const [pid] = pids();
		expect(alive(pid)).toBe(true);
		await runner.close();
		expect(alive(pid)).toBe(false);
	});

	it('leaves no worker behind when the bot is killed', async () => {
		start();
		const bot = spawn(process.execPath, [LAUNCHER, lonelyBot, fakeWorker, dataDir], { stdio: 'pipe' });
		const [line] = await new Promise<[string]>((resolve) => {
			createInterface({ input: bot.stdout }).once('line', (line) => resolve([line]));
		});
		const [pid] = workerPids([line]);
		expect(alive(pid)).toBe(true);
		bot.kill('SIGKILL');
		await until('its end', () => !alive(pid));
	});
});
