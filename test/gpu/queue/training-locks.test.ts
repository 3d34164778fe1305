/** Trainings in several real processes with the same data directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planTraining, type TrainingPlan } from '../../../gpu/jobs/index.ts';
import { createLocalTrainingRunner } from '../../../gpu/queue/local-training-runner.ts';
import { LAUNCHER } from '../../../gpu/queue/spawn.ts';
import { isTrained, lockRun, lockTrainings } from '../../../gpu/queue/training-locks.ts';
import type { TrainingEvent, TrainingRunner } from '../../../gpu/queue/training-runner.ts';

/** A plan longer than any test waits. */
const ENDLESS: TrainingPlan = {
	...planTraining({ model: 'time', preset: 'demo', seed: 9 }),
	hidden: 4,
	batchSize: 4,
	steps: 15_000,
};

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-locks-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the locks', () => {
	it('can be taken once until released', async () => {
		const release = lockTrainings(dataDir)!;
		expect(lockTrainings(dataDir)).toBeUndefined();
		release();
		lockTrainings(dataDir)!();
	});

	it('write nothing, so they work on a full disk', async () => {
		const release = lockTrainings(dataDir)!;
		expect(await readdir(join(dataDir, 'mnist'))).toEqual(['training.lock']);
		expect((await stat(join(dataDir, 'mnist', 'training.lock'))).size).toBe(0);
		release();
	});

	it('make others wait for a run, unless they abort', async () => {
		expect(isTrained(dataDir, 'a')).toBe(false);
		const never = new AbortController();
		const first = (await lockRun(dataDir, 'a', never.signal))!;
		expect(isTrained(dataDir, 'a')).toBe(true);
		expect(isTrained(dataDir, 'b')).toBe(false);
		const waiting = new AbortController();
		const [second, third] = [never, waiting].map(({ signal }) => lockRun(dataDir, 'a', signal));
		waiting.abort();
		expect(await third).toBeUndefined();
		first();
		const release = await second;
		expect(isTrained(dataDir, 'a')).toBe(true);
		release!();
		expect(isTrained(dataDir, 'a')).toBe(false);
	});

	it('are not confused by a process that only looks', async () => {
		const signal = AbortSignal.timeout(60_000);
		(await lockRun(dataDir, 'a', signal))!();
		const looking = new Libsql(join(dataDir, 'mnist', 'a', 'training.lock'));
		looking.exec('BEGIN; SELECT 1 FROM sqlite_master');
		expect(isTrained(dataDir, 'a')).toBe(false);
		const waiting = lockRun(dataDir, 'a', signal);
		looking.close();
		const release = (await waiting)!;
		expect(isTrained(dataDir, 'a')).toBe(true);
		release();
	});
});

describe('while another process trains', () => {
	let other: ChildProcess;
	let lines: string[];
	let runner: TrainingRunner;
	let events: TrainingEvent[];
	let run: string;
	let trainer: number;
	beforeEach(async () => {
		const entry = fileURLToPath(new URL('../../fakes/lonely-trainer.ts', import.meta.url));
		const argv = [LAUNCHER, entry, dataDir, JSON.stringify(ENDLESS)];
		other = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
		lines = [];
		createInterface({ input: other.stdout! }).on('line', (line) => lines.push(line));
		events = [];
		const env = { CHECKPOINT_SECONDS: '0.001', TRAINING_NICE: '1' };
		runner = createLocalTrainingRunner({ dataDir, threads: 1, env });
		runner.onEvent((event) => events.push(event));
		const word = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(0);
		await vi.waitFor(() => expect(word(/^progress (.*)/)).toBeDefined(), { timeout: 60_000 });
		run = word(/^progress (.*)/)!;
		trainer = Number(word(/\(pid (\d+)\)/));
	});
	afterEach(async () => {
		await kill();
		await runner.close();
		await vi.waitFor(() => expect(isTrained(dataDir, run)).toBe(false), { timeout: 30_000 });
	});

	async function kill(): Promise<void> {
		if (other.exitCode !== null || other.signalCode !== null) return;
		other.kill('SIGKILL');
		await once(other, 'exit');
	}

	it('no run can be trained or that one deleted, and the message names it', async () => {
		const sentence = `Another process is training already in the same data directory (${run}); stop it there first, or wait for its end.`;
		await expect(runner.resume(run)).rejects.toThrow(sentence);
		await expect(runner.start({ plan: ENDLESS, who: 'Ann' })).rejects.toThrow(sentence);
		expect(await runner.runs()).toMatchObject([{ id: run, elsewhere: true }]);
		expect(runner.status()).toBeUndefined();
		await expect(runner.remove(run)).rejects.toThrow(`The training ${run} is running in another process`);
	});

	it('its run can be resumed once it is killed, but continues only after its trainer has ended', async () => {
		process.kill(trainer, 'SIGSTOP'); // like a long step
		await kill();
		expect(await runner.resume(run)).toMatchObject({ id: run });
		await new Promise((resolve) => setTimeout(resolve, 2000));
		expect(events.map(({ type }) => type)).toEqual(['started']);

		process.kill(trainer, 'SIGCONT');
		await vi.waitFor(() => expect(events.some(({ type }) => type === 'progress')).toBe(true), { timeout: 60_000 });
		const points = events.flatMap((event) => (event.type === 'progress' ? event.points : []));
		expect(points[0].step).toBeGreaterThan(1); // not from the beginning
	});
});
