import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import type { Execution, Executor } from '../../../gpu/queue/executor.ts';
import { createFleetExecutor } from '../../../gpu/queue/fleet-executor.ts';
import { createLocalRunner } from '../../../gpu/queue/local-runner.ts';
import { createMachineExecutor } from '../../../gpu/queue/machine-executor.ts';
import type { DeviceReport, JobEnd } from '../../../gpu/queue/runner.ts';
import { executorContract } from './executor-contract.ts';
import { fakeJob, record, workerPids } from './recorder.ts';

const fakeWorker = fileURLToPath(new URL('../../fakes/worker.ts', import.meta.url));
const tellThreads = fileURLToPath(new URL('../../fakes/tell-environment.ts', import.meta.url));

executorContract('two devices', (dataDir) =>
	createMachineExecutor({ devices: ['cpu', 'cpu'], concurrency: 1, dataDir, worker: { entry: fakeWorker } }),
);

/** An executor of one device whose state and ends a test decides. */
class FakeDevice implements Executor {
	slots = 2;
	shortSlots = 1;
	ready = false;
	givenUp: string | undefined;
	loaded: readonly string[] = [];
	starts = 0;
	readonly running = new Map<string, (end: JobEnd) => void>();
	readonly #name: string;
	#changed = () => {};

	constructor(name: string) {
		this.#name = name;
	}

	/** Changes its state and says so. */
	become(state: Partial<Pick<FakeDevice, 'ready' | 'givenUp'>>): void {
		Object.assign(this, state);
		this.#changed();
	}

	/** As a device that cannot start: its jobs fail first. */
	giveUp(reason: string): void {
		Object.assign(this, { ready: false, givenUp: reason });
		for (const id of [...this.running.keys()]) this.end(id, { id, type: 'failed', fault: 'internal', message: reason });
		this.#changed();
	}

	end(id: string, end: JobEnd = { id, type: 'cancelled' }): void {
		this.running.get(id)?.(end);
		this.running.delete(id);
	}

	onChange(listener: () => void): void {
		this.#changed = listener;
	}

	start(): void {
		this.starts++;
	}

	run({ id, tell, signal }: Execution): Promise<JobEnd> {
		tell({ id, type: 'started' });
		signal.addEventListener('abort', () => this.end(id));
		return new Promise((resolve) => this.running.set(id, resolve));
	}

	models = async () => ({ usable: [], damaged: [] });

	devices(): readonly DeviceReport[] {
		return [{ device: this.#name, slots: this.slots, running: this.running.size, loaded: this.loaded }];
	}

	async close(): Promise<void> {
		for (const id of [...this.running.keys()]) this.end(id);
	}
}

describe('a fleet of two devices', () => {
	let a: FakeDevice;
	let b: FakeDevice;
	let fleet: Executor;
	let log: string[];
	let told: string[];
	let stop: AbortController;
	beforeEach(() => {
		[a, b, log, told, stop] = [new FakeDevice('a'), new FakeDevice('b'), [], [], new AbortController()];
		fleet = createFleetExecutor([a, b], (line, severity) => log.push(`${severity} ${line}`));
	});
	afterEach(() => fleet.close());

	function run(id: string, model = 'small', isShort = false): Promise<JobEnd> {
		const job: Job = { ...fakeJob('anything'), model };
		return fleet.run({
			id,
			job,
			isShort,
			signal: AbortSignal.any([stop.signal]),
			tell: ({ type }) => told.push(`${id} ${type}`),
		});
	}

	/** The ids of the jobs on each, after all consequences so far. */
	async function places() {
		await new Promise((resolve) => setImmediate(resolve));
		return [a, b].map(({ running }) => [...running.keys()].join(' '));
	}

	it('offers the slots of what is ready', () => {
		expect([fleet.ready, fleet.slots, fleet.shortSlots]).toEqual([false, 4, 2]);
		a.become({ ready: true });
		expect([fleet.ready, fleet.slots, fleet.shortSlots]).toEqual([true, 2, 1]);
		b.become({ ready: true });
		expect([fleet.slots, fleet.shortSlots]).toEqual([4, 2]);
	});

	it('gives jobs to the least busy device, and no more than it has slots', async () => {
		for (const device of [a, b]) device.become({ ready: true });
		a.loaded = b.loaded = ['small'];
		for (const id of ['1', '2', '3', '4', '5']) void run(id);
		expect(await places()).toEqual(['1 3', '2 4']);
		void run('short', 'small', true);
		expect(await places()).toEqual(['1 3 short', '2 4']);
		b.end('2');
		expect(await places()).toEqual(['1 3 short', '4 5']);
	});

	it('prefers the device that has a job’s model loaded, or is loading it for another', async () => {
		for (const device of [a, b]) device.become({ ready: true });
		b.loaded = ['large', 'small'];
		void run('1', 'large');
		void run('2', 'other');
		void run('3', 'other');
		void run('4', 'large');
		expect(await places()).toEqual(['2 3', '1 4']);
		a.end('2');
		void run('5', 'large'); // no room where it is loaded
		expect(await places()).toEqual(['3 5', '1 4']);
	});

	it('leaves out a device that has given up, and gives its jobs to the other', async () => {
		for (const device of [a, b]) device.become({ ready: true });
		const ends = Promise.all(['1', '2', '3'].map((id) => run(id)));
		expect(await places()).toEqual(['1 2', '3']);
		a.giveUp('No such device.');
		expect(await places()).toEqual(['', '3 1']);
		const goesOn = 'info a job goes on to another device';
		expect(log).toEqual(['warn a is left out. No such device.', goesOn, goesOn]);
		expect([fleet.ready, fleet.givenUp, fleet.slots]).toEqual([true, undefined, 2]);
		b.end('3');
		expect(await places()).toEqual(['', '1 2']);
		for (const id of ['1', '2']) b.end(id, { id, type: 'done', result: { images: [], notes: [] } });
		expect((await ends).map(({ type }) => type)).toEqual(['done', 'done', 'cancelled']);
		const again = ['1 interrupted', '2 interrupted', '1 started', '2 started'];
		expect(told).toEqual(['1 started', '2 started', '3 started', ...again]);
	});

	it('tries a device again that was left out, at once if no other works', async () => {
		b.become({ ready: true });
		a.giveUp('Broken.');
		fleet.start();
		expect(a.starts).toBe(0);
		b.become({ ready: false });
		expect(a.starts).toBe(1);
		a.become({ ready: true, givenUp: undefined });
		expect(log).toEqual(['warn a is left out. Broken.', 'info a works again']);
	});

	it('keeps counting the jobs of a device that is about to start again', async () => {
		for (const device of [a, b]) device.become({ ready: true });
		void run('1');
		expect(await places()).toEqual(['1', '']);
		a.become({ ready: false });
		expect(fleet.slots).toBe(3);
	});

	it('gives up once all devices have, with the reason of each', async () => {
		const waiting = run('1');
		a.giveUp('No driver.');
		expect(fleet.givenUp).toBeUndefined();
		b.giveUp('No memory.');
		expect(await waiting).toEqual({
			id: '1',
			type: 'failed',
			fault: 'internal',
			message: 'a: No driver. b: No memory.',
		});
		b.giveUp('No driver.');
		expect(fleet.givenUp).toBe('No driver.');
	});

	it('ends held jobs as cancelled when they are aborted, and when it is closed', async () => {
		const first = run('1');
		stop.abort();
		expect(await first).toEqual({ id: '1', type: 'cancelled' });
		stop = new AbortController();
		const second = run('2');
		await fleet.close();
		expect(await second).toEqual({ id: '2', type: 'cancelled' });
	});
});

describe('a runner with two devices', () => {
	let dataDir: string;
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-fleet-'));
	});
	afterEach(() => rm(dataDir, { recursive: true, force: true }));

	it('goes on with the other after a kill -9, and reruns what was lost', async () => {
		const log: string[] = [];
		const runner = createLocalRunner({
			devices: ['cpu', 'cpu'],
			concurrency: 1,
			dataDir,
			worker: { entry: fakeWorker },
			log: (line) => log.push(line),
		});
		const events = record(runner);
		// The first two are still running when both have been seen to, on a busy machine too.
		for (const id of ['a', 'b']) await runner.submit(fakeJob('sleep 1500'), { id, owner: id });
		for (const id of ['c', 'd']) await runner.submit(fakeJob('sleep 100'), { id, owner: id });
		await Promise.all([events.next('a', 'progress'), events.next('b', 'progress')]);
		expect((await runner.devices()).map(({ running }) => running)).toEqual([1, 1]);
		process.kill(workerPids(log)[0], 'SIGKILL');
		for (const id of ['a', 'b', 'c', 'd']) expect((await events.end(id)).type).toBe('done');
		const reruns = ['a', 'b'].filter((id) => {
			const steps = events.of(id).filter((event) => event.type === 'progress' && event.done === 1);
			return steps.length === 2;
		});
		expect(reruns).toHaveLength(1);
		await runner.close();
	});

	it('shares the cores among CPU devices, unless threads are given', async () => {
		const told = async (threads?: number) => {
			const log: string[] = [];
			const executor = createMachineExecutor({
				devices: ['cpu', 'cpu'],
				threads,
				concurrency: 1,
				dataDir,
				worker: { entry: tellThreads },
				log: (line, _severity, about) => log.push(`${about?.device}: ${line}`),
			});
			await executor.models().catch(() => {});
			await executor.close();
			return log.filter((line) => line.startsWith('cpu: threads'));
		};
		const half = Math.max(1, Math.floor(availableParallelism() / 2));
		expect(await told()).toContain(`cpu: threads ${half}`);
		expect(await told(3)).toContain('cpu: threads 3');
	});
});
