/** What the queue itself costs: how throughput grows with the devices, and what is lost on each job. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '../gpu/jobs/index.ts';
import { createLocalRunner } from '../gpu/queue/local-runner.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';
import { SAMPLING } from './context.ts';
import { runToEnd } from './run-to-end.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';

const JOB_MS = 250;

/** Jobs for each device, of so many people. */
const JOBS = 60;
const PEOPLE = 6;

const COUNTS = [1, 2, 4];

const WORKER = fileURLToPath(new URL('./workers/fixed-cost.ts', import.meta.url));

const jobOf = (seed: number): Job => ({ kind: 'generate', ...SAMPLING, seed, prompt: 'a dog', count: 1 });

export async function benchWorkers(): Promise<Table> {
	const rows: string[][] = [];
	for (const devices of COUNTS) {
		const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
		const runner = createLocalRunner({
			devices: Array.from({ length: devices }, () => 'cpu' as const),
			concurrency: 1,
			dataDir,
			worker: { entry: WORKER, env: { JOB_MS: String(JOB_MS) } },
		});
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
				'local',
				String(devices),
				(jobs / seconds).toFixed(2),
				(ideal / seconds).toFixed(3),
				((1000 * (seconds - ideal)) / JOBS).toFixed(1),
				((user + system) / 1000 / jobs).toFixed(2),
			]);
		} finally {
			await runner.close();
			await rm(dataDir, { recursive: true, force: true });
		}
	}
	return {
		title: 'Jobs of a fixed cost',
		header: [
			'workers',
			'devices',
			'jobs/s',
			'of what would be ideal',
			'lost on each job, ms',
			"CPU of the queue's process per job, ms",
		],
		rows,
		notes: [
			`A job takes its device ${JOB_MS} ms and no processor. ${JOBS} jobs for each device, of ${PEOPLE} people, wait from the start; a device runs one at a time.`,
		],
	};
}

/** Waits until every device has run a job. */
async function ready(runner: JobRunner, devices: number): Promise<void> {
	while ((await runner.devices()).filter(({ slots }) => slots > 0).length < devices) await runner.models();
	await Promise.all(Array.from({ length: devices }, (_, i) => runToEnd(runner, jobOf(i), `person ${i}`)));
}
