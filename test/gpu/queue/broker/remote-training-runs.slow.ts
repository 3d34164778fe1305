/** Trainings on remote workers, with a real broker and the real training process. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { expect, it, vi } from 'vitest';
import { createBrokerBlobStore } from '../../../../gpu/queue/broker/broker-blobs.ts';
import { TRAINING } from '../../../../gpu/queue/broker/training-messages.ts';
import { createLocalTrainingRunner } from '../../../../gpu/queue/local-training-runner.ts';
import { epochFile, readSummary, runFolder } from '../../../../gpu/training/runs.ts';
import { until } from '../../../fakes/until.ts';
import { TRAINING_ENV } from './harness.ts';
import { describeOnStage } from './stage.ts';
import { ENDLESS, PLAN, TrainingBot } from './training-bot.ts';

const FILES = ['checkpoints', 'loss.csv', 'run.json', 'status.json', 'training.lock'];

describeOnStage('trainings on remote workers', (stage) => {
	const bot = () => stage.addBot(new TrainingBot(stage));

	it('learn what they would learn here, bit for bit', async () => {
		const local = createLocalTrainingRunner({ dataDir: stage.folder, threads: 1, env: TRAINING_ENV });
		stage.addWorker(local);
		const here = await local.start({ plan: PLAN, who: 'Ann' });
		stage.worker();
		const { runner, events, dataDir, ended } = bot();
		const there = await runner.start({ plan: PLAN, who: 'Ann' });
		expect(await ended()).toEqual({ run: there.id, type: 'done' });
		await until('the local one', () => local.status() === undefined);
		expect(await runner.losses(there.id)).toEqual(await local.losses(here.id));
		const told = events.flatMap((event) => (event.type === 'progress' ? event.points : []));
		expect(told).toEqual(await runner.losses(there.id));
		expect(events).toContainEqual({ run: there.id, type: 'checkpoint', epoch: 1 });
		const weights = (folder: string, id: string) => readFile(epochFile(runFolder(folder, id), 1));
		expect(await weights(dataDir, there.id)).toEqual(await weights(stage.folder, here.id));
		const status = { state: 'done', step: 30, where: 'gpu1, cpu' };
		expect(await runner.runs()).toMatchObject([{ id: there.id, who: 'Ann', epochs: [1], keptSteps: 30, status }]);
		expect(await readdir(join(stage.folder, 'gpu1', 'trainings'))).toEqual([]);
		expect(await runner.forecast(PLAN)).toMatchObject({ measured: true });
		expect((await local.forecast(PLAN)).measured).toBe(true);
	});

	it('wait for a worker and say so, stop when told to, and resume', async () => {
		const { runner, events, dataDir, heard, ended, training } = bot();
		const { id } = await runner.start(ENDLESS);
		const message = 'No worker is ready; the training continues as soon as one is.';
		expect(await heard('warning')).toEqual({ run: id, type: 'warning', message });
		stage.worker();
		await heard('progress');
		const again = { run: id, type: 'warning', message: 'The training continues on gpu1.', replaces: message };
		expect(events).toContainEqual(again);
		expect(training()).toEqual(['gpu1']);
		runner.stop();
		expect(await ended()).toEqual({ run: id, type: 'stopped' });
		expect(training()).toEqual([]);
		const { status, keptSteps } = await readSummary(dataDir, id);
		expect([status.state, keptSteps]).toEqual(['stopped', status.step]);

		events.length = 0;
		await runner.resume(id);
		const first = await heard('progress');
		expect(first.type === 'progress' && first.points[0].step).toBe(status.step + 1);
	});

	it('can be stopped before there is a worker', async () => {
		const { runner, dataDir, ended } = bot();
		const { id } = await runner.start(ENDLESS);
		runner.stop();
		expect(await ended()).toEqual({ run: id, type: 'stopped' });
		expect((await readSummary(dataDir, id)).status.state).toBe('stopped');
	});

	it('fail with one sentence if no worker can calculate them right', async () => {
		const { runner, dataDir, ended } = bot();
		const { id } = await runner.start({ plan: { ...PLAN, hidden: 6 }, who: 'Ann' });
		stage.worker({ trainingDevice: 'webgpu' });
		const message = expect.stringMatching(/^On the device "webgpu" the hidden size .* must be a multiple of 4/);
		expect(await ended()).toEqual({ run: id, type: 'failed', fault: 'user', message });
		expect((await readSummary(dataDir, id)).status).toMatchObject({ state: 'failed', message });
		await expect(runner.forecast({ ...PLAN, hidden: 6 })).rejects.toThrow('On the device "webgpu"');
	});

	it('are refused by a worker if they are not what their schema says', async () => {
		stage.worker();
		const { redis, keys } = stage;
		const id = await vi.waitFor(async () => (await redis.smembers(keys.workers))[0] ?? Promise.reject());
		const queue = new Queue(id, { connection: { url: stage.url }, prefix: keys.queues });
		await queue.add(TRAINING, { run: '../../evil', plan: PLAN, files: [] }, { jobId: 'a~1' });
		const ending = async () => (await queue.getJob('a~1'))?.returnvalue as unknown;
		const end = { how: 'refused', words: 'The worker gpu1 does not understand this training.' };
		await vi.waitFor(async () => expect(await ending()).toEqual(end));
		await queue.close();
	});

	it('take in nothing that no training writes', async () => {
		stage.worker();
		const { runner, events, dataDir, heard } = bot();
		const { id } = await runner.start(ENDLESS);
		await heard('progress');
		const { redis, keys } = stage;
		const [stream] = await redis.keys(`${keys.training(id)}~*`);
		const parts = [
			await createBrokerBlobStore(redis, keys, { keepMs: 10_000, maxPut: 100, maxGet: 100 }).put(Buffer.from('{}')),
		];
		const say = (news: unknown) => redis.xadd(stream, '*', 'news', JSON.stringify(news));
		await say({ files: [{ file: { kind: '../../evil' }, parts }] });
		await say({ files: [{ file: { kind: 'step', number: '../1' }, parts }] });
		await say({ files: [{ file: { kind: 'status' }, parts }], message: { type: 'warning', message: 'a sentence' } });
		await say({ files: [], message: { type: 'shout' } });
		await redis.xadd(stream, '*', 'news', '{');
		await until('the sentence', () =>
			events.some((event) => 'message' in event && event.message === 'On gpu1: a sentence'),
		);
		expect((await readSummary(dataDir, id)).status).toMatchObject({ state: 'running', where: 'gpu1, cpu' });
		expect((await readdir(runFolder(dataDir, id))).sort()).toEqual(FILES);
		expect((await readdir(join(dataDir, 'mnist'))).sort()).toEqual([id, 'training.lock']);
	});
});
