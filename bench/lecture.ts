/** A class asks for thirty things at once during a training: how fast the training goes on, and how long people wait. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Device } from '../gpu/device.ts';
import { type Job, planTraining } from '../gpu/jobs/index.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import { createLocalRunner } from '../gpu/queue/local-runner.ts';
import { createLocalTrainingRunner } from '../gpu/queue/local-training-runner.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';
import { STEPS_BEHIND } from '../gpu/queue/training-share.ts';
import { SAMPLING } from './context.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { runToEnd } from './run-to-end.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';

/** The bot's default. */
const CONCURRENCY = 2;

/** Every fifth request is a short job: noise on a picture. */
const REQUESTS = 30;
const SHORT_EVERY = 5;

const ALONE_MS = 10_000;
/** The first steps allocate. */
const WARM_UP = 10;

const LOWEST = 19;

const EXAMPLE = fileURLToPath(new URL('../assets/examples/tower.png', import.meta.url));

export async function benchLecture({ provider, threads }: Device & { threads: number }): Promise<Table> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const worker = watched();
	const env = { DEVICES: provider, THREADS: String(threads) };
	const runner = createLocalRunner({ concurrency: CONCURRENCY, dataDir, worker: { env }, log: worker.hear });
	try {
		const [{ name: model, guidanceScale }] = (await runner.models()).usable;
		const image = await createLocalBlobStore(blobDirectory(dataDir)).put(await readFile(EXAMPLE));
		const picture: Job = { kind: 'generate', ...SAMPLING, model, guidanceScale, prompt: 'a photo of a dog', count: 1 };
		const noise: Job = { kind: 'noise', model, image, levels: [250, 500, 750], seed: 1 };
		const thirty = Array.from({ length: REQUESTS }, (_, i) => (i % SHORT_EVERY === SHORT_EVERY - 1 ? noise : picture));
		await ask(runner, picture, 'bench');
		const rows: string[][] = [];
		for (const behind of [LOWEST, STEPS_BEHIND]) {
			const trainer = watched();
			const options = { dataDir, device: provider, threads, env: { TRAINING_NICE: String(behind) } };
			const training = createLocalTrainingRunner({ ...options, log: trainer.hear });
			await training.start({ plan: planTraining({ model: 'class', preset: 'demo', seed: 1 }), who: 'bench' });
			const steps = () => training.status()?.progress?.step ?? 0;
			while (steps() < WARM_UP) await sleep(100);
			/** Steps per second, and CPU seconds spent on the training and on the pictures. */
			const during = async (work: () => Promise<unknown>) => {
				const before = [steps(), await cpuSeconds(trainer.pid), await cpuSeconds(worker.pid)];
				const began = performance.now();
				await work();
				const seconds = (performance.now() - began) / 1000;
				const after = [steps(), await cpuSeconds(trainer.pid), await cpuSeconds(worker.pid)];
				const [made, trained, pictured] = after.map((value, i) => value - before[i]);
				return { pace: made / seconds, trained, pictured, seconds };
			};
			const alone = await during(() => sleep(ALONE_MS));
			const waits: { readonly job: Job; readonly seconds: number }[] = [];
			const rush = await during(() =>
				Promise.all(thirty.map(async (job, i) => waits.push({ job, seconds: await ask(runner, job, `student ${i}`) }))),
			);
			const longest = (kind: Job['kind']) =>
				Math.max(...waits.filter(({ job }) => job.kind === kind).map(({ seconds }) => seconds));
			rows.push([
				String(behind),
				alone.pace.toFixed(2),
				rush.pace.toFixed(2),
				`${((100 * rush.trained) / (rush.trained + rush.pictured)).toFixed(0)} %`,
				rush.seconds.toFixed(0),
				longest('generate').toFixed(0),
				longest('noise').toFixed(1),
			]);
			await training.close();
		}
		return {
			title: `Thirty requests during a training (${provider})`,
			header: [
				'steps of priority behind',
				'steps/s alone',
				'steps/s during them',
				"the training's share of CPU time",
				'all done in, s',
				'longest wait for a picture, s',
				'longest wait for noise, s',
			],
			rows,
			notes: [
				`The training is the demo of class. ${REQUESTS} people ask at once, every fifth for noise on a picture and the others for a plain picture by ${model}; ${CONCURRENCY} pictures are made at a time. CPU time counts only the two processes, not what else ran on the machine.`,
			],
		};
	} finally {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	}
}

/** Learns the id of a process from its runner's log. */
function watched() {
	const process = {
		pid: 0,
		hear: (line: string) => {
			process.pid = Number(/started \(pid (\d+)\)/.exec(line)?.[1] ?? process.pid);
		},
	};
	return process;
}

/** Seconds until the job is done. */
async function ask(runner: JobRunner, job: Job, owner: string): Promise<number> {
	const [seconds] = await timeEach(1, () => runToEnd(runner, job, owner));
	return seconds;
}
