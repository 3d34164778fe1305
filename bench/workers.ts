/** What the queue itself costs: how throughput grows with the devices, and what is lost on each job. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '../gpu/jobs/index.ts';
import { createBrokerExecutor } from '../gpu/queue/broker/broker-executor.ts';
import { startRemoteWorker } from '../gpu/queue/broker/remote-worker.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import { createLocalExecutor } from '../gpu/queue/local-executor.ts';
import { createLocalRunner } from '../gpu/queue/local-runner.ts';
import { createQueuedRunner } from '../gpu/queue/queued-runner.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';
import { VERSION } from '../src/base/version.ts';
import { SAMPLING } from './context.ts';
import { runToEnd } from './run-to-end.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';

export const JOB_MS = 250;

/** Jobs for each device, of so many people. */
const JOBS = 60;
const PEOPLE = 6;

const COUNTS = [1, 2, 4];

const WORKER = fileURLToPath(new URL('./workers/fixed-cost.ts', import.meta.url));

export const jobOf = (seed: number): Job => ({ kind: 'generate', ...SAMPLING, seed, prompt: 'a dog', count: 1 });

/** How the devices are reached. */
const WAYS: Readonly<Record<string, (devices: number, dataDir: string) => Ends>> = {
	local: (devices, dataDir) => {
		const runner = createLocalRunner({ ...usual(dataDir), devices: Array.from({ length: devices }, () => 'cpu') });
		return { runner, close: () => runner.close() };
	},
	...(process.env.QUEUE_URL && { broker: throughBroker(process.env.QUEUE_URL) }),
};

interface Ends {
	readonly runner: JobRunner;
	close(): Promise<unknown>;
}

/** A remote worker for each device. */
function throughBroker(url: string) {
	return (devices: number, dataDir: string): Ends => {
		const shared = { url, queue: `bench-${randomUUID()}`, version: VERSION, log: () => {} };
		const workers = Array.from({ length: devices }, (_, i) => {
			const own = join(dataDir, `worker-${i}`);
			const executor = createLocalExecutor(usual(own));
			const blobs = createLocalBlobStore(blobDirectory(own));
			const training = { device: 'cpu', isReserved: false, threads: 1 } as const;
			return startRemoteWorker({ ...shared, machine: `machine-${i}`, executor, training, dataDir: own, blobs });
		});
		const blobs = createLocalBlobStore(blobDirectory(dataDir));
		const runner = createQueuedRunner(createBrokerExecutor({ ...shared, bot: 'bench', slots: 1, dataDir, blobs }));
		return { runner, close: () => Promise.all([runner, ...workers].map((end) => end.close())) };
	};
}

/** Of workers whose jobs have a fixed cost, one at a time on each device. */
export function usual(dataDir: string) {
	return { concurrency: 1, dataDir, worker: { entry: WORKER, env: { JOB_MS: String(JOB_MS) } } };
}

export async function benchWorkers(): Promise<Table> {
	const rows: string[][] = [];
	for (const [way, open] of Object.entries(WAYS)) {
		for (const devices of COUNTS) {
			const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
			const { runner, close } = open(devices, dataDir);
			try {
				await ready(runner, devices);
				const jobs = devices * JOBS;
				const before = process.cpuUsage();
				const [seconds] = await timeEach(1, () =>
					Promise.all(Array.from({ length: jobs }, (_, i) => runToEnd(runner, jobOf(i), `person ${i % PEOPLE}`))),
				);
				const { user, system } = process.cpuUsage(before);
				const ideal = (JOBS * JOB_MS) / 1000;
				rows.push([
					way,
					String(devices),
					(jobs / seconds).toFixed(2),
					(ideal / seconds).toFixed(3),
					((1000 * (seconds - ideal)) / JOBS).toFixed(1),
					((user + system) / 1000 / jobs).toFixed(2),
				]);
			} finally {
				await close();
				await rm(dataDir, { recursive: true, force: true });
			}
		}
	}
	return {
		title: 'Jobs of a fixed cost',
		header: ['workers', 'devices', 'jobs/s', 'of the ideal', 'lost on each job, ms', 'CPU per job, ms'],
		rows,
		notes: [
			`A job takes its device ${JOB_MS} ms and no processor. ${JOBS} jobs for each device, of ${PEOPLE} people, wait from the start; a device runs one at a time.`,
			'CPU is that of the process with the waiting line, which also holds the remote workers, without their inference processes. QUEUE_URL names a broker; without it those rows are left out.',
		],
	};
}

/** Waits until every device has run a job. */
export async function ready(runner: JobRunner, devices: number): Promise<void> {
	while ((await runner.devices()).filter(({ slots }) => slots > 0).length < devices) await runner.models();
	await Promise.all(Array.from({ length: devices }, (_, i) => runToEnd(runner, jobOf(i), `person ${i}`)));
}
