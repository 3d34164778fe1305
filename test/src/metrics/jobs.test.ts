import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { JobEvent, JobRunner } from '../../../gpu/queue/runner.ts';
import { measureJobs } from '../../../src/metrics/jobs.ts';
import { fakeJob } from '../../gpu/queue/recorder.ts';

test('a job that has lost what ran it waits again, and counts once', async () => {
	let tell = (_: JobEvent) => {};
	const onEvent = (listener: typeof tell) => {
		tell = listener;
		return () => {};
	};
	const registry = new Registry();
	const runner = measureJobs(registry, { submit: async () => {}, onEvent } as unknown as JobRunner);
	const amount = async (line: RegExp) => line.exec(await registry.metrics())?.[1];
	const running = () => amount(/^flipside_jobs\{state="running"\} (\d+)$/m);
	await runner.submit(fakeJob('a cat'), { id: 'a', owner: 'ann' });
	tell({ id: 'a', type: 'started' });
	expect(await running()).toBe('1');
	tell({ id: 'a', type: 'queued', position: 0 });
	expect(await running()).toBe('0');
	tell({ id: 'a', type: 'started' });
	expect(await running()).toBe('1');
	tell({ id: 'a', type: 'done', result: { images: [], notes: [] } });
	expect(await amount(/^flipside_job_waiting_seconds_count\{.*\} (\d+)$/m)).toBe('1');
	expect(await amount(/^flipside_jobs_total\{.*\} (\d+)$/m)).toBe('1');
});
