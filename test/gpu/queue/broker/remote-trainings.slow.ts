/** Trainings whose remote workers stop, die or freeze. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLocalTrainingRunner } from '../../../../gpu/queue/local-training-runner.ts';
import { readSummary } from '../../../../gpu/training/runs.ts';
import { until } from '../../../fakes/until.ts';
import { WorkerProcesses } from '../../../faults/remote-workers.ts';
import { startWorker, TRAINING_ENV } from './harness.ts';
import { describeOnBroker } from './on-a-broker.ts';
import { ENDLESS, PLAN, TrainingBot } from './training-bot.ts';

const REQUEST = { plan: { ...PLAN, steps: 200 }, who: 'Ann' };

describeOnBroker('trainings on remote workers', (broker) => {
	let workers: WorkerProcesses;
	let bot: TrainingBot;
	let expected: readonly number[];

	beforeAll(async () => {
		expected = await learnedHere();
	});
	beforeEach(() => {
		workers = new WorkerProcesses(broker.server.url);
		bot = new TrainingBot(workers);
		workers.start('gpu1');
	});
	afterEach(async () => {
		await broker.redis.config('SET', 'maxmemory', 0);
		await bot.close();
		await workers.close();
	});

	const losses = async (id: string) => (await bot.runner.losses(id)).map(({ loss }) => loss);

	it('continue elsewhere when their worker is killed, with the same losses', async () => {
		const { id } = await bot.runner.start(REQUEST);
		await bot.passes(20);
		await workers.end('gpu1', 'SIGKILL');
		workers.start('gpu2');
		expect(await bot.ended()).toEqual({ run: id, type: 'done' });
		expect(await losses(id)).toEqual(expected);
		expect(bot.events.filter(({ type }) => type === 'started')).toHaveLength(2);
		const { status } = await readSummary(bot.dataDir, id);
		expect(status).toMatchObject({ state: 'done', step: 200, where: 'gpu2, cpu' });
	});

	it('continue with the same worker when it is back', async () => {
		const { id } = await bot.runner.start(REQUEST);
		await bot.passes(20);
		await workers.end('gpu1', 'SIGKILL');
		workers.start('gpu1');
		expect((await bot.ended()).type).toBe('done');
		expect(await losses(id)).toEqual(expected);
	});

	it('let a worker that was believed dead change nothing', async () => {
		const { id } = await bot.runner.start(REQUEST);
		await bot.passes(0);
		workers.start('gpu2');
		await bot.knows('gpu2');
		workers.signal('gpu1', 'SIGSTOP');
		await bot.starts(2);
		workers.signal('gpu1', 'SIGCONT');
		expect((await bot.ended()).type).toBe('done');
		await delay(1000);
		expect(await losses(id)).toEqual(expected);
		expect((await readSummary(bot.dataDir, id)).status.where).toBe('gpu2, cpu');
	});

	it('survive the broker', async () => {
		const { id } = await bot.runner.start(REQUEST);
		await bot.passes(20);
		await broker.server.kill();
		await delay(4000);
		await broker.server.begin();
		expect((await bot.ended()).type).toBe('done');
		expect(await losses(id)).toEqual(expected);
	});

	it('wait while the broker’s memory is full, and say so', async () => {
		await bot.knows('gpu1');
		const { redis } = broker;
		await redis.config('SET', 'maxmemory', 1);
		const { id } = await bot.runner.start(REQUEST);
		const message = 'The broker is out of memory; raise its maxmemory.';
		expect(await bot.heard('warning')).toEqual({ run: id, type: 'warning', message });
		await delay(3000);
		await redis.config('SET', 'maxmemory', 0);
		await bot.passes(20);
		const again = { run: id, type: 'warning', message: 'The training continues on gpu1.', replaces: message };
		expect(bot.events.filter(({ type }) => type === 'warning').slice(1)).toEqual([again]);
		await redis.config('SET', 'maxmemory', 1);
		await delay(5000);
		await redis.config('SET', 'maxmemory', 0);
		expect((await bot.ended()).type).toBe('done');
		expect(await losses(id)).toEqual(expected);
		expect(bot.events.filter(({ type }) => type === 'started')).toHaveLength(1);
	});

	it('continue elsewhere when their worker stops, from where they were, and with the next bot', async () => {
		const { id } = await bot.runner.start(ENDLESS);
		await bot.passes(0);
		await workers.end('gpu1', 'SIGTERM');
		await bot.starts(2);
		const given = await readSummary(bot.dataDir, id);
		expect(given.keptSteps).toBe(given.status.step);
		workers.start('gpu2');
		await bot.passes(given.status.step);
		await bot.close();

		const paused = await readSummary(bot.dataDir, id);
		expect(paused.status).toMatchObject({ state: 'running', step: paused.keptSteps, where: 'gpu2, cpu' });
		expect(paused.keptSteps).toBeGreaterThan(given.keptSteps);
		bot = new TrainingBot(workers);
		expect(await bot.runner.resume()).toMatchObject({ id });
		await bot.passes(paused.keptSteps);
		expect(bot.events[0]).toEqual({ run: id, type: 'started', step: paused.keptSteps });
	});

	it('lose nothing when the bot is killed, since the next one takes in what the worker saved at that', async () => {
		await workers.end('gpu1', 'SIGKILL');
		const worker = startWorker(workers, { machine: 'gpu2', checkpointSeconds: 600 });
		const { id } = await bot.runner.start(ENDLESS);
		await bot.passes(20);
		await broker.server.kill();
		await bot.close(); // which nobody hears
		expect((await readSummary(bot.dataDir, id)).keptSteps).toBe(0);
		const told = bot.events.findLast((event) => event.type === 'progress')!;
		await broker.server.begin();
		bot = new TrainingBot(workers);
		await bot.runner.resume();
		const next = await bot.heard('progress');
		expect(next.type === 'progress' && next.points[0].step).toBeGreaterThan(told.step);
		await bot.close();
		await worker.close();
	});
});

/** The losses of that training on this machine. */
async function learnedHere(): Promise<readonly number[]> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-trainings-'));
	const runner = createLocalTrainingRunner({ dataDir, threads: 1, env: TRAINING_ENV });
	const { id } = await runner.start(REQUEST);
	await until('the end', () => runner.status() === undefined, 60_000);
	const points = await runner.losses(id);
	await rm(dataDir, { recursive: true });
	return points.map(({ loss }) => loss);
}
