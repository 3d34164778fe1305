/** Messages that no worker and no bot can have sent, from a machine that has lost its mind or was taken over. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectOnce, openConnection } from '../../../../gpu/queue/broker/connection.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import type { ExecutionEvent, Executor } from '../../../../gpu/queue/executor.ts';
import { VERSION } from '../../../../src/base/version.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { until } from '../../../fakes/until.ts';
import { fakeJob } from '../recorder.ts';
import { type Ends, startExecutor, startWorker, uniqueQueue } from './harness.ts';

describe.skipIf(NO_REDIS)(`nonsense on the broker${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	let ends: Ends;
	let opened: { close(): Promise<void> }[];
	beforeAll(async () => {
		server = await RedisServer.start();
	});
	afterAll(() => server?.close());
	beforeEach(async () => {
		opened = [];
		ends = { url: server.url, queue: uniqueQueue(), folder: await mkdtemp(join(tmpdir(), 'flipside-broker-')) };
	});
	afterEach(async () => {
		for (const part of opened) await part.close();
		await rm(ends.folder, { recursive: true, force: true });
	});

	function bot(log: (line: string) => void = () => {}): Executor {
		const executor = startExecutor(ends, { log });
		executor.start();
		opened.unshift(executor);
		return executor;
	}

	function run(executor: Executor, id: string, prompt: string) {
		const events: ExecutionEvent[] = [];
		const tell = (event: ExecutionEvent) => void events.push(event);
		const end = executor.run({ id, job: fakeJob(prompt), signal: new AbortController().signal, tell });
		return { end, events, steps: () => events.filter(({ type }) => type === 'progress').length };
	}

	/** The placements of a job on the broker. */
	async function placements(redis: Redis, id: string): Promise<string[]> {
		const found = await redis.keys(`flipside:${ends.queue}:queues:*:${id}~*`);
		return found.flatMap((key) => /[^:]+~\w+$/.exec(key)?.[0] ?? []);
	}

	it('ignores reports, orders and states that cannot be', async () => {
		const [said, heard]: string[][] = [[], []];
		const executor = bot((line) => said.push(line));
		opened.push(startWorker(ends, { log: (line) => heard.push(line) }));
		await until('the worker', () => executor.ready);
		const redis = await connectOnce(server.url);
		const keys = keysOf(ends.queue);
		await redis.sadd(keys.workers, 'stranger');
		await redis.hset(keys.worker('stranger'), 'state', '{"machine":1');
		const [known] = (await redis.smembers(keys.workers)).filter((id) => id !== 'stranger');
		const job = run(executor, 'a', 'sleep 1200');
		await until('it to run', () => job.steps() > 0);
		const [placement] = await placements(redis, 'a');
		const state = { machine: 'gpu1', version: VERSION, ready: true, slots: 'many', shortSlots: 1, devices: null };
		const reports = [
			...['null', { worker: 'stranger' }, { placement: 'x', type: 'progress' }],
			{ worker: known, type: 'progress', placement, done: 'half', total: 9 },
			{ worker: known, type: 'progress', placement, done: 1, total: 99, preview: { length: 5 } },
			{ worker: known, type: 'exploded', placement },
			{ worker: known, type: 'state', state },
			{ worker: known, type: 'state', state: { version: VERSION } },
		];
		for (const report of ['{', ...reports.map((each) => JSON.stringify(each))]) {
			await redis.publish(keys.reports, report);
		}
		for (const order of ['[]', '{"type":"restart"}', '{"type":"tell"}', '{}']) await redis.publish(keys.orders, order);
		redis.disconnect();
		expect((await job.end).type).toBe('done');
		expect(job.events.filter((event) => event.type === 'progress' && event.total !== 60)).toEqual([]);
		expect(job.steps()).toBe(60);
		await until('the worker again', () => executor.ready);
		expect(executor.devices()).toMatchObject([{ machine: 'gpu1', device: 'cpu', slots: 2 }]);
		for (const log of [said, heard]) expect(log.filter((line) => line.includes('could not be read'))).toHaveLength(1);
	});

	it('fails jobs whose ends cannot be, in one sentence', async () => {
		const values = [
			null,
			{ id: 'x', type: 'exploded' },
			{ id: 'x', type: 'failed', fault: 'user' },
			{ id: 'x', type: 'done' },
			resultWith({ blob: '../../etc/passwd', width: 8, height: 8, seed: 1 }),
			resultWith({ blob: 'a'.repeat(64), width: -1, height: 8, seed: 1 }),
			{ id: 'x', type: 'done', result: { images: [], notes: [{}] } },
		];
		opened.push(strangeWorker(ends, values));
		const executor = bot();
		await until('the worker', () => executor.ready);
		const jobs = await Promise.all(values.map((_, i) => run(executor, `${i}`, 'at once').end));
		const message = 'Something went wrong between the bot and its workers; their logs have the details.';
		expect(jobs).toEqual(values.map((_, i) => ({ id: `${i}`, type: 'failed', fault: 'internal', message })));
	});
});

const resultWith = (image: object) => ({ id: 'x', type: 'done', result: { images: [image], notes: [] } });

/** A worker that knows the model "fake" and returns one of these values for each job. */
function strangeWorker({ url, queue }: Ends, values: readonly unknown[]): { close(): Promise<void> } {
	const keys = keysOf(queue);
	const redis = openConnection(url);
	const training = { device: 'cpu', isReserved: true };
	const state = {
		machine: 'odd',
		version: VERSION,
		ready: true,
		slots: values.length,
		shortSlots: 1,
		devices: [],
		training,
	};
	const numbers = { stage: 1, revision: '1', sampleSize: 32, parameters: 0, guidanceScale: 4, textWidth: 8 };
	const models = { usable: [{ name: 'fake', summary: '', ...numbers }], damaged: [] };
	const told = { state: JSON.stringify({ ...state, modelsChanged: 1 }), models: JSON.stringify(models) };
	void redis.hset(keys.worker('odd'), told).then(() => redis.sadd(keys.workers, 'odd'));
	const left = [...values];
	const options = { connection: redis, prefix: keys.queues, concurrency: values.length };
	const bull = new Worker('odd', async () => left.shift(), options);
	return {
		async close() {
			await bull.close();
			redis.disconnect();
		},
	};
}
