import { Queue } from 'bullmq';
import { expect, it, vi } from 'vitest';
import { openBroker } from '../../../../gpu/queue/broker/open.ts';
import type { Executor } from '../../../../gpu/queue/executor.ts';
import { RunnerError } from '../../../../gpu/queue/runner.ts';
import { until } from '../../../fakes/until.ts';
import { fakeJob } from '../recorder.ts';
import { BUILD, storeIn } from './harness.ts';
import { describeOnStage, run } from './stage.ts';

describeOnStage('remote workers', (stage) => {
	const machines = (executor: Executor) => executor.devices().map(({ machine }) => machine);

	const optionsOf = (bot: string) => ({
		...{ url: stage.url, queue: stage.queue, bot, version: BUILD, slots: 2 },
		...{ dataDir: stage.folder, blobs: storeIn(stage.folder), log: () => {} },
	});

	function expectSuperseded(executor: Executor): void {
		const sentence = `Another bot uses the queue "${stage.queue}"; stop it, or set QUEUE_NAME to another name for one of them.`;
		expect(executor.givenUp).toBe(sentence);
		expect(() => executor.devices()).toThrow(new RunnerError(sentence));
	}

	it('counts the places of all workers, and gives each what it has room for', async () => {
		const executor = stage.bot();
		stage.worker({ machine: 'gpu1', slots: 2 });
		stage.worker({ machine: 'gpu2', slots: 1 });
		await until('both workers', () => executor.slots === 3);
		const jobs = ['a', 'b', 'c'].map((id) => run(executor, id, 'sleep 400'));
		await until('all to run', () => jobs.every(({ steps }) => steps() > 0));
		expect(executor.devices().map(({ machine, running }) => [machine, running])).toEqual([
			['gpu1', 2],
			['gpu2', 1],
		]);
		expect((await Promise.all(jobs.map(({ end }) => end))).map(({ type }) => type)).toEqual(['done', 'done', 'done']);
	});

	it('brings results into the bot’s own store, and leaves none on the broker', async () => {
		const executor = stage.bot();
		stage.worker();
		const end = await run(executor, 'a', 'paint 20').end;
		const blob = end.type === 'done' ? end.result.images[0].blob : '';
		expect(Buffer.from(await stage.blobs.get(blob)).toString('latin1', 1, 4)).toBe('PNG');
		expect(await stage.redis.keys(`flipside:${stage.queue}:blob:*`)).toEqual([]);
		expect(await stage.redis.keys(`flipside:${stage.queue}:queues:*:a~*`)).toEqual([]);
	});

	it('leaves on the broker what one job has made and another needs', async () => {
		const executor = stage.bot();
		stage.worker();
		const first = await run(executor, 'a', 'at once').end;
		const [{ blob }] = first.type === 'done' ? first.result.images : [];
		const isThere = () => stage.redis.exists(stage.keys.blob(blob));
		const job = { ...fakeJob('sleep 1000'), negativePrompt: blob };
		let hasBegun = false;
		const tell = () => {
			hasBegun = true;
		};
		const needing = executor.run({ id: 'b', job, signal: new AbortController().signal, tell });
		await until('it to run', () => hasBegun);
		expect(await isThere()).toBe(1);
		expect(await run(executor, 'c', 'at once', { seed: 2 }).end).toMatchObject({ result: { images: [{ blob }] } });
		expect(await isThere()).toBe(1);
		await needing;
		await vi.waitFor(async () => expect(await isThere()).toBe(0));
	});

	it('keeps jobs while no worker is connected, and says so', async () => {
		const executor = stage.bot();
		const early = run(executor, 'a', 'at once');
		await until('the sentence', () => executor.standstill !== undefined);
		expect(executor.standstill).toBe('No worker is ready; it starts as soon as one is.');
		expect([executor.ready, early.events]).toEqual([false, []]);
		stage.worker();
		expect((await early.end).type).toBe('done');
		expect(executor.standstill).toBeUndefined();
	});

	it('runs elsewhere what a worker gives back when it stops, as often as that happens', async () => {
		const executor = stage.bot();
		const job = run(executor, 'a', 'sleep 1000');
		for (const machine of ['gpu1', 'gpu2']) {
			const before = job.steps();
			const leaving = stage.worker({ machine });
			await until(`steps on ${machine}`, () => job.steps() > before);
			await leaving.close();
			expect(machines(executor)).toEqual([]);
		}
		stage.worker({ machine: 'gpu3' });
		expect((await job.end).type).toBe('done');
		const told = job.events.map(({ type }) => type).filter((type) => type !== 'progress');
		const twice = ['started', 'interrupted', 'started', 'interrupted'];
		expect(told).toEqual([...twice, 'started']);
	});

	it('runs elsewhere what was given to a worker whose device turns out not to work', async () => {
		const executor = stage.bot();
		const broken = stage.worker({ machine: 'gpu1', env: { FAKE_WORKER: 'cannot-start' } });
		await until('its device to be given up', () => executor.devices()[0]?.problem !== undefined);
		expect(executor.devices()).toMatchObject([{ machine: 'gpu1', problem: expect.stringContaining('no such device') }]);
		const job = run(executor, 'a', 'at once');
		stage.worker({ machine: 'gpu2' });
		expect((await job.end).type).toBe('done');
		await broken.close();
	});

	it('starts over what a broker has forgotten', async () => {
		const executor = stage.bot();
		stage.worker();
		const job = run(executor, 'a', 'sleep 600');
		await until('it to run', () => job.steps() > 10);
		await stage.redis.flushall();
		expect((await job.end).type).toBe('done');
		expect(executor.ready).toBe(true);
	});

	it('runs no job that is not what its schema says', async () => {
		stage.worker();
		const executor = stage.bot();
		await until('the worker', () => executor.ready);
		const keys = stage.keys;
		const [id] = await stage.redis.smembers(keys.workers);
		const queue = new Queue(id, { connection: { url: stage.url }, prefix: keys.queues });
		await queue.add('job', { job: { ...fakeJob('a cat'), count: 1000 }, isShort: false, files: [] }, { jobId: 'a~1' });
		const ending = async () => (await queue.getJob('a~1'))?.returnvalue as unknown;
		const message = 'The worker gpu1 does not understand this job.';
		await vi.waitFor(async () => {
			expect(await ending()).toEqual({ id: 'a~1', type: 'failed', fault: 'internal', message });
		});
		await queue.close();
	});

	it('gives nothing to a worker of another version, and says why', async () => {
		const executor = stage.bot();
		stage.worker({ machine: 'old', version: '0.0.1' });
		await until('the worker', () => machines(executor).includes('old'));
		expect(executor.devices()).toEqual([
			{
				machine: 'old',
				device: 'unknown',
				slots: 0,
				running: 0,
				loaded: [],
				problem: `It runs Flipside 0.0.1, and the bot ${BUILD}; update the older one.`,
			},
		]);
		expect(executor.ready).toBe(false);
	});

	it('refuses a second bot on one queue, but lets the same bot come back after a crash', async () => {
		const executor = stage.bot({ bot: 'first' });
		stage.worker();
		await until('the worker', () => executor.ready);
		const second = openBroker(optionsOf('second'));
		await expect(second).rejects.toThrow(
			`Another bot uses the queue "${stage.queue}"; stop it, or set QUEUE_NAME to another name for one of them.`,
		);
		const again = stage.addBot(await openBroker(optionsOf('first')));
		again.start();
		await until('the new one', () => again.ready);
		await until('the end of the old one', () => executor.givenUp !== undefined);
		expectSuperseded(executor);
	});

	it('says that another bot has its queue also if it started while the broker was away', async () => {
		const first = stage.bot({ bot: 'first' });
		stage.worker();
		await until('the worker', () => first.ready);
		await stage.server.kill();
		const second = stage.addBot(await openBroker({ ...optionsOf('second'), patienceMs: 300 }));
		second.start();
		await until('it to be missed', () => second.standstill !== undefined);
		await stage.server.begin();
		expectSuperseded(await until('one to notice', () => [first, second].find(({ givenUp }) => givenUp !== undefined)));
	});

	it('goes on when the bot that took its queue has ended', async () => {
		const executor = stage.bot();
		stage.worker();
		await until('the worker', () => executor.ready);
		const key = stage.keys.bot;
		await stage.redis.set(key, JSON.stringify({ bot: 'other', run: '1' }), 'PX', 2500);
		await until('it to notice', () => executor.givenUp !== undefined);
		expect(executor.ready).toBe(false);
		await until('the sentence', () => executor.standstill !== undefined);
		expect(executor.standstill).toBe(executor.givenUp);
		await until('it to go on', () => executor.ready);
		expect(executor.givenUp).toBeUndefined();
	});

	it('clears away what a dead bot left, running or waiting', async () => {
		const dead = stage.bot({ bot: 'one' });
		stage.worker({ slots: 1 });
		const left = run(dead, 'a', 'sleep 20000');
		await until('its job to run', () => left.steps() > 0);
		const next = stage.bot({ bot: 'one' });
		await until('the next bot', () => next.ready);
		expect((await run(next, 'b', 'at once').end).type).toBe('done');
	});

	it('offers the models of the last workers after the bot’s next start', async () => {
		const first = stage.bot();
		const only = stage.worker();
		await until('the worker', () => first.ready);
		await only.close();
		await first.close();
		expect((await stage.bot().models()).usable.map(({ name }) => name)).toEqual(['fake']);
	});

	it('asks for nothing but a worker if there never was one', async () => {
		await expect(stage.bot().models()).rejects.toThrow('No worker is ready.');
	});
});
