/** One person queues thousands of jobs: what each costs the queue, and how long others wait for theirs. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalRunner } from '../gpu/queue/local-runner.ts';
import { runToEnd } from './run-to-end.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';
import { JOB_MS, jobOf, ready, usual } from './workers.ts';

const FLOOD = 10_000;
const BLOCK = 2000;

/** People who then ask for one job each. */
const OTHERS = 10;

const DEVICES = 2;

export async function benchFlood(): Promise<Table> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const devices = Array.from({ length: DEVICES }, () => 'cpu' as const);
	const runner = createLocalRunner({ ...usual(dataDir), devices });
	try {
		await ready(runner, DEVICES);
		const rows: string[][] = [];
		for (let waiting = 0; waiting < FLOOD; waiting += BLOCK) {
			const [memory, cpu] = [process.memoryUsage().rss, process.cpuUsage()];
			for (let i = 0; i < BLOCK; i++) {
				await runner.submit(jobOf(waiting + i), { id: randomUUID(), owner: 'flood' });
			}
			const { user, system } = process.cpuUsage(cpu);
			rows.push([
				`${waiting} to ${waiting + BLOCK}`,
				((user + system) / 1000 / BLOCK).toFixed(3),
				((process.memoryUsage().rss - memory) / 1024 / BLOCK).toFixed(1),
			]);
		}
		const [seconds] = await timeEach(1, () =>
			Promise.all(Array.from({ length: OTHERS }, (_, i) => runToEnd(runner, jobOf(i), `person ${i}`))),
		);
		const alone = (OTHERS * JOB_MS) / 1000 / DEVICES;
		return {
			title: 'One person floods the line',
			header: ['waiting', 'CPU per submit, ms', 'memory per job, KiB'],
			rows,
			notes: [
				`One person queues ${FLOOD.toLocaleString('en')} jobs of ${JOB_MS} ms for ${DEVICES} devices, with the runner alone. Then ${OTHERS} others ask for one each: all of theirs are done after ${seconds.toFixed(2)} s; without the flood it would be ${alone.toFixed(2)} s.`,
			],
		};
	} finally {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	}
}
