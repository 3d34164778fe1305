/** A toy job in the real inference process, which stays responsive while it trains. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JobOf, readToyRecord } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { createLocalRunner } from '../../gpu/queue/local-runner.ts';
import type { JobEvent, JobRunner } from '../../gpu/queue/runner.ts';
import { type Recorder, record } from './queue/recorder.ts';

let dataDir: string;
let runner: JobRunner;
let blobs: BlobStore;
let events: Recorder;

beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-plane-'));
	blobs = createLocalBlobStore(blobDirectory(dataDir));
	runner = createLocalRunner({ concurrency: 2, dataDir, log: () => {} });
	events = record(runner);
	await runner.models();
}, 60_000);
afterAll(async () => {
	await runner.close();
	await rm(dataDir, { recursive: true, force: true });
});

const JOB: JobOf<'toy'> = {
	...{ kind: 'toy', model: 'plane-mlp', seed: 2, shape: 'circles', methods: ['flow'] },
	...{ training: 400, points: 50, stepCounts: [4] },
};

it('makes reproducible numbers to draw, with previews on the way', async () => {
	const previews: number[] = [];
	const stop = runner.onEvent((event) => {
		if (event.type === 'progress' && event.id === 'first' && event.preview) previews.push(event.done);
	});
	await runner.submit(JOB, { id: 'first', owner: 'ann' });
	const first = (await events.end('first')) as Extract<JobEvent, { type: 'done' }>;
	stop();
	expect(first).toMatchObject({ type: 'done', result: { images: [], notes: [] } });
	expect(previews.length).toBeGreaterThan(0);
	const { runs } = readToyRecord(await blobs.get(first.result.file!));
	expect(runs[0].walks[0].end).toHaveLength(100);

	await runner.submit(JOB, { id: 'second', owner: 'ann' });
	expect(await events.end('second')).toMatchObject({ type: 'done', result: { file: first.result.file } });
}, 60_000);

it('can be cancelled in the middle of its training', async () => {
	const begun = new Promise<void>((resolve) => {
		const stop = runner.onEvent((event) => {
			if (event.id !== 'long' || event.type !== 'progress' || event.done < 20) return;
			stop();
			resolve();
		});
	});
	await runner.submit({ ...JOB, training: 5000 }, { id: 'long', owner: 'ann' });
	await begun;
	expect(await runner.cancel('long')).toBe(true);
	expect(await events.end('long')).toMatchObject({ type: 'cancelled' });
}, 60_000);
