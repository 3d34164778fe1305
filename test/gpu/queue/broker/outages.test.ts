import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import type { JobRunner } from '../../../../gpu/queue/runner.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { fakeJob, type Recorder, record } from '../recorder.ts';
import { type Ends, startExecutor, startWorker, uniqueQueue } from './harness.ts';

describe.skipIf(NO_REDIS)(`the clock of a job${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	let ends: Ends;
	let opened: { close(): Promise<void> }[];
	let runner: JobRunner;
	let events: Recorder;
	beforeEach(async () => {
		server = await RedisServer.start();
		ends = { url: server.url, queue: uniqueQueue(), folder: await mkdtemp(join(tmpdir(), 'flipside-broker-')) };
		runner = createQueuedRunner(startExecutor(ends, { patienceMs: 300 }), { jobTimeoutMs: 1000 });
		events = record(runner);
		opened = [runner];
	});
	afterEach(async () => {
		for (const part of opened) await part.close();
		await server.close();
		await rm(ends.folder, { recursive: true });
	});

	const worker = (machine: string) => {
		const started = startWorker(ends, { machine });
		opened.push(started);
		return started;
	};

	it('stands still while no worker has it, and its owner learns why', async () => {
		const first = worker('gpu1');
		await runner.submit(fakeJob('stall 600'), { id: 'a', owner: 'ann' });
		await events.next('a', 'progress');
		await first.close();
		await delay(1500);
		const standstill = 'No worker is ready; it starts as soon as one is.';
		expect(events.of('a').at(-1)).toEqual({ id: 'a', type: 'queued', position: 0, standstill });
		worker('gpu2');
		expect((await events.end('a')).type).toBe('done');
	});

	it('stands still while nobody knows whether it runs, because the broker is away', async () => {
		worker('gpu1');
		await runner.submit(fakeJob('stall 800'), { id: 'a', owner: 'ann' });
		await events.next('a', 'progress');
		await server.kill();
		await delay(1500);
		const standstill = 'The workers cannot be reached; it starts as soon as they can.';
		expect(events.of('a').at(-1)).toEqual({ id: 'a', type: 'queued', position: 0, standstill });
		await server.begin();
		expect((await events.end('a')).type).toBe('done');
	});
});
