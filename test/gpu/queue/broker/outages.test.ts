import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import type { JobRunner } from '../../../../gpu/queue/runner.ts';
import { fakeJob, type Recorder, record } from '../recorder.ts';
import { startExecutor } from './harness.ts';
import { describeOnStage } from './stage.ts';

describeOnStage('the clock of a job', (stage) => {
	let runner: JobRunner;
	let events: Recorder;
	beforeEach(() => {
		runner = stage.addBot(createQueuedRunner(startExecutor(stage, { patienceMs: 300 }), { jobTimeoutMs: 1000 }));
		events = record(runner);
	});

	it('stands still while no worker has it, and its owner learns why', async () => {
		const first = stage.worker({ machine: 'gpu1' });
		await runner.submit(fakeJob('stall 600'), { id: 'a', owner: 'ann' });
		await events.next('a', 'progress');
		await first.close();
		await delay(1500);
		const standstill = 'No worker is ready; it starts as soon as one is.';
		expect(events.of('a').at(-1)).toEqual({ id: 'a', type: 'queued', position: 0, standstill });
		stage.worker({ machine: 'gpu2' });
		expect((await events.end('a')).type).toBe('done');
	});

	it('stands still while nobody knows whether it runs, because the broker is away', async () => {
		stage.worker({ machine: 'gpu1' });
		await runner.submit(fakeJob('stall 800'), { id: 'a', owner: 'ann' });
		await events.next('a', 'progress');
		await stage.server.kill();
		await delay(1500);
		const standstill = 'The workers cannot be reached; it starts as soon as they can.';
		expect(events.of('a').at(-1)).toEqual({ id: 'a', type: 'queued', position: 0, standstill });
		await stage.server.begin();
		expect((await events.end('a')).type).toBe('done');
	});
});
