import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createLocalRunner } from '../../../gpu/queue/local-runner.ts';
import { measureChildren } from '../../../src/metrics/children.ts';

test.runIf(process.platform === 'linux')('the inference processes are counted, with their memory', async () => {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-children-'));
	const entry = fileURLToPath(new URL('../../fakes/worker.ts', import.meta.url));
	const registry = new Registry();
	measureChildren(registry);
	const amount = async (name: string) => {
		const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {};
		return values.find(({ labels }) => labels.process === 'worker')?.value ?? 0;
	};
	const before = await amount('flipside_child_processes');
	const runner = createLocalRunner({ devices: ['cpu', 'cpu'], concurrency: 1, dataDir, worker: { entry } });
	await runner.models();
	expect(await amount('flipside_child_processes')).toBe(before + 2);
	expect(await amount('flipside_child_processes_resident_memory_bytes')).toBeGreaterThan(20_000_000);
	await runner.close();
	expect(await amount('flipside_child_processes')).toBe(before);
	await rm(dataDir, { recursive: true, force: true });
});
