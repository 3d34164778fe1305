/** Messages that no worker and no bot can have sent, from a machine that has lost its mind or was taken over. */
import { Worker } from 'bullmq';
import { expect, it } from 'vitest';
import { openConnection } from '../../../../gpu/queue/broker/connection.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { until } from '../../../fakes/until.ts';
import { BUILD, type Ends } from './harness.ts';
import { describeOnStage, run } from './stage.ts';

describeOnStage('nonsense on the broker', (stage) => {
	/** The placements of a job on the broker. */
	async function placements(id: string): Promise<string[]> {
		const found = await stage.redis.keys(`flipside:${stage.queue}:queues:*:${id}~*`);
		return found.flatMap((key) => /[^:]+~\w+$/.exec(key)?.[0] ?? []);
	}

	it('ignores reports, orders and states that cannot be', async () => {
		const [said, heard]: string[][] = [[], []];
		const executor = stage.bot({ log: (line) => void said.push(line) });
		stage.worker({ log: (line) => heard.push(line) });
		await until('the worker', () => executor.ready);
		const { redis, keys } = stage;
		await redis.sadd(keys.workers, 'stranger');
		await redis.hset(keys.worker('stranger'), 'state', '{"machine":1');
		const [known] = (await redis.smembers(keys.workers)).filter((id) => id !== 'stranger');
		const job = run(executor, 'a', 'sleep 1200');
		await until('it to run', () => job.steps() > 0);
		const [placement] = await placements('a');
		const state = { machine: 'gpu1', version: BUILD, ready: true, slots: 'many', shortSlots: 1, devices: null };
		const reports = [
			...['null', { worker: 'stranger' }, { placement: 'x', type: 'progress' }],
			{ worker: known, type: 'progress', placement, done: 'half', total: 9 },
			{ worker: known, type: 'progress', placement, done: 1, total: 99, preview: { length: 5 } },
			{ worker: known, type: 'progress', placement, done: 1, total: 99, preview: 'A'.repeat(2_000_000) },
			{ worker: known, type: 'exploded', placement },
			{ worker: known, type: 'state', state },
			{ worker: known, type: 'state', state: { version: BUILD } },
		];
		for (const report of ['{', ...reports.map((each) => JSON.stringify(each))]) {
			await redis.publish(keys.reports, report);
		}
		for (const order of ['[]', '{"type":"restart"}', '{"type":"tell"}', '{}']) await redis.publish(keys.orders, order);
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
			{ id: 'x', type: 'done', result: { images: [], notes: Array(101).fill('a') } },
			{ ...resultWith(), more: 'a'.repeat(5 * 2 ** 20) },
			resultWith(...Array(1001).fill({ blob: 'a'.repeat(64), width: 8, height: 8, seed: 1 })),
		];
		stage.addWorker(strangeWorker(stage, values));
		const executor = stage.bot();
		await until('the worker', () => executor.ready);
		const jobs = await Promise.all(values.map((_, i) => run(executor, `${i}`, 'at once').end));
		const message = 'Something went wrong between the bot and its workers; their logs have the details.';
		expect(jobs).toEqual(values.map((_, i) => ({ id: `${i}`, type: 'failed', fault: 'internal', message })));
	});
});

const resultWith = (...images: object[]) => ({ id: 'x', type: 'done', result: { images, notes: [] } });

/** A worker that knows the model "fake" and returns one of these values for each job. */
function strangeWorker({ url, queue }: Ends, values: readonly unknown[]): { close(): Promise<void> } {
	const keys = keysOf(queue);
	const redis = openConnection(url);
	const training = { device: 'cpu', isReserved: true };
	const state = {
		machine: 'odd',
		version: BUILD,
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
