/** Trainings on remote workers, with a real broker and the real training process. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planTraining } from '../../../../gpu/jobs/index.ts';
import { createHostedTrainingRunner } from '../../../../gpu/queue/hosted-training-runner.ts';
import { createLocalTrainingRunner } from '../../../../gpu/queue/local-training-runner.ts';
import type { TrainingEvent, TrainingRunner } from '../../../../gpu/queue/training-runner.ts';
import { epochFile, readSummary, runFolder } from '../../../../gpu/training/runs.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { until } from '../../../fakes/until.ts';
import { type Ends, startExecutor, startWorker, TRAINING_ENV, uniqueQueue, type WorkerSetup } from './harness.ts';

const PLAN = { ...planTraining({ model: 'time', preset: 'demo', seed: 9 }), hidden: 4, batchSize: 4, steps: 30 };
const REQUEST = { plan: PLAN, who: 'Ann' } as const;
const ENDLESS = { ...REQUEST, plan: { ...PLAN, steps: 15_000 } };

describe.skipIf(NO_REDIS)(`trainings on remote workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	let ends: Ends;
	let opened: { close(): Promise<void> }[];
	let events: TrainingEvent[];

	beforeAll(async () => {
		server = await RedisServer.start();
	});
	afterAll(() => server?.close());
	beforeEach(async () => {
		opened = [];
		const folder = await mkdtemp(join(tmpdir(), 'flipside-trainings-'));
		ends = { url: server.url, queue: uniqueQueue(), folder };
	});
	afterEach(async () => {
		for (const part of opened) await part.close();
		await rm(ends.folder, { recursive: true, force: true });
	});

	const dataDir = () => join(ends.folder, 'bot');

	function worker(setup?: WorkerSetup) {
		const started = startWorker(ends, setup);
		opened.push(started);
		return started;
	}

	function bot(): TrainingRunner {
		const executor = startExecutor(ends, { patienceMs: 300 });
		executor.start();
		const runner = createHostedTrainingRunner({ dataDir: dataDir(), host: executor.trainings });
		opened.unshift(runner, executor);
		events = [];
		runner.onEvent((event) => events.push(event));
		return runner;
	}

	const heard = (...types: TrainingEvent['type'][]) =>
		until(types.join(), () => events.find(({ type }) => types.includes(type)), 60_000);
	const ended = () => heard('done', 'stopped', 'failed');

	it('learn what they would learn here, bit for bit', async () => {
		const local = createLocalTrainingRunner({ dataDir: ends.folder, threads: 1, env: TRAINING_ENV });
		opened.push(local);
		const here = await local.start(REQUEST);
		worker();
		const runner = bot();
		const there = await runner.start(REQUEST);
		expect(await ended()).toEqual({ run: there.id, type: 'done' });
		await until('the local one', () => local.status() === undefined);
		expect(await runner.losses(there.id)).toEqual(await local.losses(here.id));
		const told = events.flatMap((event) => (event.type === 'progress' ? event.points : []));
		expect(told).toEqual(await runner.losses(there.id));
		expect(events).toContainEqual({ run: there.id, type: 'checkpoint', epoch: 1 });
		const weights = (folder: string, id: string) => readFile(epochFile(runFolder(folder, id), 1));
		expect(await weights(dataDir(), there.id)).toEqual(await weights(ends.folder, here.id));
		const status = { state: 'done', step: 30, where: 'gpu1, cpu' };
		expect(await runner.runs()).toMatchObject([{ id: there.id, who: 'Ann', epochs: [1], keptSteps: 30, status }]);
		expect(await readdir(join(ends.folder, 'gpu1', 'trainings'))).toEqual([]);
	});

	it('stop when told to, with what they have learned', async () => {
		worker();
		const runner = bot();
		const { id } = await runner.start(ENDLESS);
		await heard('progress');
		runner.stop();
		expect(await ended()).toEqual({ run: id, type: 'stopped' });
		const { status, keptSteps } = await readSummary(dataDir(), id);
		expect(status.state).toBe('stopped');
		expect(keptSteps).toBe(status.step);
	});
});
