/** What a bot knows of a training whose process has yet to begin, such as one that waits for a remote worker. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planTraining } from '../../../gpu/jobs/index.ts';
import { createHostedTrainingRunner } from '../../../gpu/queue/hosted-training-runner.ts';
import type { TrainingHost } from '../../../gpu/queue/training-host.ts';
import { createRun, readSummary, runFolder, writeStatus } from '../../../gpu/training/runs.ts';

/** Its processes never begin, and end when they are told to. */
const idle: TrainingHost = {
	assertTrainable() {},
	hasTrained: () => false,
	share: async () => 1,
	start: (_run, { ended }) => ({ tell: () => ended({ how: 'told to end before it began' }), kill() {} }),
};

describe('a training that is resumed', () => {
	const id = 'class-20261123-140502';
	const plan = planTraining({ model: 'class', preset: 'demo', seed: 1 });
	let dataDir: string;

	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-hosted-'));
		await createRun(dataDir, { id, plan, who: 'Ann', started: '2026-11-23T14:05:02Z' });
	});
	afterEach(() => rm(dataDir, { recursive: true }));

	const bot = () => createHostedTrainingRunner({ dataDir, host: idle });
	const status = async () => (await readSummary(dataDir, id)).status;

	it.each(['stopped', 'failed'] as const)(
		'after it had %s, is continued by the next bot even if it waits',
		async (state) => {
			const message = state === 'failed' ? 'The disk is full.' : undefined;
			await writeStatus(runFolder(dataDir, id), { state, step: 7, message });
			const first = bot();
			expect((await first.resume(id))?.status).toEqual({ state: 'running', step: 7 });
			await first.close();
			expect(await status()).toEqual({ state: 'running', step: 7 });
			const next = bot();
			expect(await next.resume()).toMatchObject({ id });
			next.stop();
			await expect.poll(status).toEqual({ state: 'stopped', step: 7 });
		},
	);
});
