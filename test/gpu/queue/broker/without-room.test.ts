/** Jobs for which there is no room: on a worker's disk, on the bot's, or in the broker's memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { RemoteTrainer } from '../../../../gpu/queue/broker/remote-trainer.ts';
import type { Executor } from '../../../../gpu/queue/executor.ts';
import { RunnerError } from '../../../../gpu/queue/runner.ts';
import { memoryBlobs } from '../../../fakes/memory-blobs.ts';
import { until } from '../../../fakes/until.ts';
import { fakeJob } from '../recorder.ts';
import { describeOnStage, run } from './stage.ts';
import { PLAN } from './training-bot.ts';

describeOnStage('without room', (stage) => {
	const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

	afterEach(() => stage.redis.config('SET', 'maxmemory', 0));

	/** A job with an upload of that size. */
	async function editOf(bytes: number): Promise<JobOf<'edit'>> {
		const { prompt, ...job } = fakeJob('at once');
		return { ...job, kind: 'edit', prompt, image: await stage.blobs.put(Buffer.alloc(bytes, 'x')), starts: [3] };
	}

	const runEdit = async (executor: Executor, bytes: number) =>
		executor.run({ id: 'a', job: await editOf(bytes), signal: new AbortController().signal, tell: () => {} });

	it('says whose disk is full', async () => {
		const executor = stage.bot();
		stage.worker({ blobs: { ...memoryBlobs(), put: () => Promise.reject(full) } });
		expect(await runEdit(executor, 9)).toEqual({
			...{ id: 'a', type: 'failed', fault: 'user' },
			message: 'The disk of the worker gpu1 is full; make room there, then this works again.',
		});
	});

	it('says whose disk is full when a training does not fit', async () => {
		const settings = { device: 'cpu', isReserved: false, threads: 1 } as const;
		const said: string[] = [];
		const trainer = new RemoteTrainer({
			...{ settings, machine: 'gpu1', dataDir: stage.folder, redis: stage.redis, keys: stage.keys },
			between: { ...memoryBlobs(), get: () => Promise.reject(full) },
			log: (line) => said.push(line),
			onNews: () => {},
			complain: (error) => said.push(String(error)),
		});
		const ref = 'a'.repeat(64);
		const files = [{ file: { kind: 'step', number: 5 }, parts: [ref] }];
		const assignment = { run: 'time-20261123-140502', plan: PLAN, files };
		const end = await trainer.run('a~1', assignment, new AbortController().signal);
		expect([end, said]).toEqual([{ how: 'refused' }, []]);
		const [[, [, news]]] = await stage.redis.xrange(stage.keys.training('a~1'), '-', '+');
		expect(JSON.parse(news).message).toEqual({
			...{ type: 'failed', fault: 'user' },
			message: 'The disk of the worker gpu1 is full; make room there, then this works again.',
		});
	});

	describe('while the bot’s disk is full', () => {
		const reason =
			"The bot's disk is full; the result is kept for an hour, and comes as soon as its operator has made room.";

		async function held() {
			let isFull = true;
			const put = (bytes: Uint8Array) => (isFull ? Promise.reject(full) : stage.blobs.put(bytes));
			const executor = stage.bot({ blobs: { ...stage.blobs, put } });
			stage.worker();
			const job = run(executor, 'a', 'at once');
			await until('the sentence', () => job.events.at(-1)?.type === 'interrupted');
			expect(job.events.at(-1)).toEqual({ id: 'a', type: 'interrupted', reason });
			const [blob] = await stage.redis.keys(stage.keys.blob('*'));
			const makeRoom = () => {
				isFull = false;
			};
			return { ...job, blob, makeRoom };
		}

		it('keeps a result on the broker, says so, and takes it in as soon as there is room', async () => {
			const { end, events, blob, makeRoom } = await held();
			makeRoom();
			expect((await end).type).toBe('done');
			expect(await stage.redis.exists(blob)).toBe(0);
			expect(events.filter(({ type }) => type === 'interrupted')).toHaveLength(1);
		});

		it('gives the result up when it is no longer there', async () => {
			const { end, blob, makeRoom } = await held();
			await stage.redis.del(blob);
			makeRoom();
			const message = "The bot's disk is full; its operator must make room, then this works again.";
			expect(await end).toEqual({ id: 'a', type: 'failed', fault: 'user', message });
		});

		it('leaves nothing of a result that is not wanted any more', async () => {
			const { end, stop, blob } = await held();
			stop.abort();
			expect((await end).type).toBe('cancelled');
			await vi.waitFor(async () => expect(await stage.redis.exists(blob)).toBe(0));
		});
	});

	it('says that the broker’s memory is full when a bot can take its queue no more', async () => {
		await stage.redis.config('SET', 'maxmemory', 1);
		const executor = stage.bot();
		await vi.waitFor(() =>
			expect(() => executor.devices()).toThrow(new RunnerError('The broker is out of memory; raise its maxmemory.')),
		);
		await expect(executor.models()).rejects.toThrow('The broker is out of memory; raise its maxmemory.');
		await stage.redis.config('SET', 'maxmemory', 0);
		await vi.waitFor(() => expect(executor.devices()).toEqual([]), { timeout: 5000 });
	});

	it('goes on with what runs while the broker’s memory is full', async () => {
		const executor = stage.bot();
		stage.worker();
		const { end, events, steps } = run(executor, 'a', 'sleep 7500');
		await until('a step', () => steps() > 0);
		await stage.redis.config('SET', 'maxmemory', 1);
		await delay(5000);
		await stage.redis.config('SET', 'maxmemory', 0);
		expect((await end).type).toBe('done');
		expect(events.filter(({ type }) => type !== 'progress').map(({ type }) => type)).toEqual(['started']);
	});

	it('fails the job that does not fit into the broker’s memory, and no other', async () => {
		const executor = stage.bot();
		stage.worker();
		await until('the worker', () => executor.ready);
		await stage.redis.config('SET', 'maxmemory', '4mb');
		expect(await runEdit(executor, 5_000_000)).toEqual({
			...{ id: 'a', type: 'failed', fault: 'internal' },
			message: 'The broker is out of memory; raise its maxmemory.',
		});
		// The memory through which it came is free a moment later.
		const next = () => run(executor, 'b', 'at once').end;
		await vi.waitFor(async () => expect((await next()).type).toBe('done'), { timeout: 20_000, interval: 200 });
	});
});
