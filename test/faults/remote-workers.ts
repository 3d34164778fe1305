/** Remote workers in processes of their own, for suites that kill them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { devicesOf } from '../../commands/lib/device-line.ts';
import { createQueuedRunner } from '../../gpu/queue/queued-runner.ts';
import type { JobEvent, JobRunner } from '../../gpu/queue/runner.ts';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { startExecutor, uniqueQueue } from '../gpu/queue/broker/harness.ts';
import { fakeJob } from '../gpu/queue/recorder.ts';
import type { Tally } from './tally.ts';

/** Loaded into a worker before anything else, it puts its clock off. */
const SKEWED_CLOCK = new URL('../fakes/skewed-clock.mjs', import.meta.url).href;

const WORKER = fileURLToPath(new URL('../fakes/remote-worker.ts', import.meta.url));

/** The time within which a few jobs must be done on a busy machine, and that which each may take in addition. */
export const DONE_MS = 60_000;
const MORE_MS = 500;

/** The fault of a round in which nothing happens. */
export const NO_FAULT = 'quiet round';

interface Seen {
	readonly event: JobEvent;
	/** On the clock of performance.now(). */
	readonly at: number;
}

interface WorkerWays {
	readonly url?: string;
	readonly namespace?: string;
	readonly clockSkewMs?: number;
}

/** Workers in processes of their own, by the names of their machines. */
export class WorkerProcesses {
	/** The broker's address, as most reach it. */
	readonly url: string;
	readonly queue = uniqueQueue();
	/** Each machine has its data directory in it. */
	readonly folder = mkdtempSync(join(tmpdir(), 'flipside-broker-faults-'));
	readonly #processes = new Map<string, ChildProcess>();

	constructor(url: string) {
		this.url = url;
	}

	get count(): number {
		return this.#processes.size;
	}

	/** Its address of the broker, if it is not the runner's, its namespace, and by how many milliseconds its clock is ahead. */
	start(machine: string, { url = this.url, namespace, clockSkewMs }: WorkerWays = {}): void {
		const within = namespace ? ['ip', 'netns', 'exec', namespace] : [];
		const [program, ...args] = [...within, process.execPath, LAUNCHER, WORKER];
		const stderr = process.env.FAULTS_VERBOSE ? 'inherit' : 'ignore';
		const skewed = { NODE_OPTIONS: `--import ${SKEWED_CLOCK}`, CLOCK_SKEW_MS: String(clockSkewMs) };
		const worker = spawn(program, [...args, url, this.queue, this.folder, machine], {
			stdio: ['ignore', 'ignore', stderr],
			env: { ...process.env, ...(clockSkewMs && skewed) },
		});
		this.#processes.set(machine, worker);
	}

	signal(machine: string, signal: NodeJS.Signals): void {
		this.#processes.get(machine)?.kill(signal);
	}

	async end(machine: string, signal: NodeJS.Signals): Promise<void> {
		const worker = this.#processes.get(machine) as ChildProcess;
		const gone = once(worker, 'exit');
		worker.kill(signal);
		await gone;
	}

	/** The placements of jobs that a worker has done, each as often as it was; a job has one each time that it is handed out. */
	executions(): readonly string[] {
		return readdirSync(this.folder).flatMap((machine) => {
			try {
				return readFileSync(join(this.folder, machine, 'executions'), 'utf8')
					.trim()
					.split('\n');
			} catch {
				return []; // it has done none, or is the bot
			}
		});
	}

	async close(): Promise<void> {
		for (const worker of this.#processes.values()) worker.kill('SIGKILL');
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The same with a runner in this process, and everything that happens to its jobs. */
export class RemoteWorkers extends WorkerProcesses {
	runner: JobRunner;
	readonly #seen = new Map<string, Seen[]>();

	constructor(url: string) {
		super(url);
		this.runner = this.#newRunner();
	}

	/** Resolves when the bot knows all that were started and has missed those that were killed at work, and no job runs. */
	async ready(): Promise<void> {
		const end = Date.now() + DONE_MS;
		for (;;) {
			const known = await devicesOf(this.runner);
			const isIdle = typeof known !== 'string' && known.every(({ running }) => running === 0);
			if (isIdle && known.length === this.count) return;
			if (Date.now() > end) throw new Error(`waited in vain for the workers: ${JSON.stringify(known)}`);
			await delay(20);
		}
	}

	/** Another bot of the same name, as after a crash. @returns the one before */
	nextBot(): JobRunner {
		const old = this.runner;
		this.runner = this.#newRunner();
		return old;
	}

	/** @returns the job's id */
	async submit(prompt: string): Promise<string> {
		const number = this.#seen.size + 1;
		const id = `job${number}`;
		this.#seen.set(id, []);
		await this.runner.submit(fakeJob(prompt, number), { id, owner: id });
		return id;
	}

	/** What was heard of a job. */
	of(id: string): readonly Seen[] {
		return this.#seen.get(id) ?? [];
	}

	steps(id: string): readonly Seen[] {
		return this.of(id).filter(({ event }) => event.type === 'progress');
	}

	endsOf(id: string): readonly Seen[] {
		return this.of(id).filter(({ event: { type } }) => ['done', 'failed', 'cancelled'].includes(type));
	}

	/** Checks that each job is done, by a worker, and by one alone unless there was a fault. */
	async checkDone(ids: readonly string[], tally: Tally, fault: string): Promise<void> {
		tally.count('jobs', ids.length);
		const end = Date.now() + DONE_MS + MORE_MS * ids.length;
		while (ids.some((id) => this.endsOf(id).length === 0) && Date.now() < end) await delay(20);
		await delay(50);
		const executions = this.executions();
		for (const id of ids) {
			const done = executions.filter((placement) => placement.split('~')[0] === id);
			tally.count('executions', done.length);
			if (done.length === 0) tally.fault('lost', `${id} after ${fault}: no worker has done it`);
			if (new Set(done).size < done.length) tally.fault('doubled', `${id} after ${fault}: one placement done twice`);
			// A worker that was lost may have done the job without being able to say so.
			if (fault === NO_FAULT && done.length > 1)
				tally.fault('doubled', `${id} after ${fault}: done ${done.length} times`);
			const all = this.endsOf(id).map(({ event }) => ('message' in event ? event.message : event.type));
			if (all[0] !== 'done') tally.fault('lost', `${id} after ${fault}: ${all[0] ?? 'still open'}`);
			if (all.length > 1) tally.fault('doubled', `${id} after ${fault}: ${all}`);
		}
	}

	override async close(): Promise<void> {
		await this.runner.close();
		await super.close();
	}

	#newRunner(): JobRunner {
		const runner = createQueuedRunner(startExecutor(this));
		runner.onEvent((event) => this.#seen.get(event.id)?.push({ event, at: performance.now() }));
		return runner;
	}
}
