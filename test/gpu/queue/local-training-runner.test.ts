/** The local training runner, with the real training process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planTraining, type TrainingPlan, UserError } from '../../../gpu/jobs/index.ts';
import {
	createLocalTrainingRunner,
	type LocalTrainingRunnerOptions,
} from '../../../gpu/queue/local-training-runner.ts';
import type { LossPoint, TrainingEvent, TrainingRunner } from '../../../gpu/queue/training-runner.ts';
import { createRun, readSummary, runFolder, writeStatus } from '../../../gpu/training/runs.ts';

const PLAN: TrainingPlan = {
	...planTraining({ model: 'time', preset: 'demo', seed: 9 }),
	hidden: 4,
	batchSize: 4,
	steps: 60,
};
const REQUEST = { plan: PLAN, preset: 'demo', who: 'Ann' } as const;

const NICE = 1;

/** Generous, because the process has low priority and the machine may be busy. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

/** A plan longer than any test waits. */
const ENDLESS = { ...REQUEST, plan: { ...PLAN, steps: 15_000 } };

describe('the training process', () => {
	let dataDir: string;
	let runner: TrainingRunner;
	let events: TrainingEvent[];
	let log: string[];
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-training-'));
		open();
	});
	afterEach(async () => {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	});

	function open(options: Partial<LocalTrainingRunnerOptions> = {}): void {
		[events, log] = [[], []];
		// At a lower priority it would wait for all other tests.
		const env = { CHECKPOINT_SECONDS: '0.001', TRAINING_NICE: String(NICE) };
		runner = createLocalTrainingRunner({ dataDir, threads: 1, env, log: (line) => log.push(line), ...options });
		runner.onEvent((event) => events.push(event));
	}

	/** The first event of these types, past or future. */
	function next(...types: TrainingEvent['type'][]): Promise<TrainingEvent> {
		const find = () => events.find(({ type }) => types.includes(type));
		const found = find();
		if (found) return Promise.resolve(found);
		return new Promise((resolve) => {
			const stop = runner.onEvent(() => {
				const event = find();
				if (!event) return;
				stop();
				resolve(event);
			});
		});
	}

	const ended = () => next('done', 'stopped', 'failed');
	const lastPid = () => Number(/\(pid (\d+)\)/.exec(log.findLast((line) => line.includes('(pid '))!)![1]);

	it('trains to the end and reports it', async () => {
		const run = await runner.start(REQUEST);
		expect(run).toMatchObject({ preset: 'demo', who: 'Ann', plan: PLAN, status: { state: 'running', step: 0 } });
		expect(run.id).toMatch(/^time-\d{8}-\d{6}$/);
		expect(runner.status()).toEqual({ run: run.id, progress: undefined, stopping: false, warnings: [] });
		expect(await ended()).toEqual({ run: run.id, type: 'done' });
		expect(runner.status()).toBeUndefined();
		expect(events[0]).toEqual({ run: run.id, type: 'started', step: 0 });
		expect(events).toContainEqual({ run: run.id, type: 'checkpoint', epoch: 1 });
		const told = events.flatMap((event) => (event.type === 'progress' ? event.points : []));
		expect(told).toHaveLength(60);
		expect(await runner.losses(run.id)).toEqual(told);
		expect(await runner.runs()).toMatchObject([{ id: run.id, epochs: [1], status: { state: 'done', step: 60 } }]);
		await expect(runner.resume(run.id)).rejects.toThrow(`The training ${run.id} is done`);
		expect(await runner.resume()).toBeUndefined();
	});

	it('resumes by itself after being killed, with the same losses as without', async () => {
		const request = { ...REQUEST, plan: { ...PLAN, steps: 100 } };
		await runner.close();
		open({ env: { CHECKPOINT_SECONDS: '600', TRAINING_NICE: String(NICE) } });
		const straight = await runner.start(request);
		await ended();
		const expected = await runner.losses(straight.id);
		await runner.close();

		open();
		const run = await runner.start(request);
		const killed = await next('progress');
		process.kill(lastPid(), 'SIGKILL');
		await ended();
		expect(killed).toMatchObject({ step: expect.any(Number), steps: 100 });
		expect(events.filter(({ type }) => type === 'started')).toHaveLength(2);
		expect(log.join('\n')).toContain('ended (SIGKILL); it continues from its last checkpoint');
		const points = await runner.losses(run.id);
		expect(points).toHaveLength(100);
		expect(points.map(({ loss }: LossPoint) => loss)).toEqual(expected.map(({ loss }) => loss));
	});

	it('saves a checkpoint when a supervisor ends it', async () => {
		open({ env: { CHECKPOINT_SECONDS: '600', TRAINING_NICE: String(NICE) } });
		const { id } = await runner.start(ENDLESS);
		await next('progress');
		process.kill(lastPid(), 'SIGTERM');
		await vi.waitFor(() => expect(log.join('\n')).toContain('ended (exit status 0)'), { timeout: 60_000 });
		const { status } = await readSummary(dataDir, id);
		expect(status.state).toBe('running');
		expect(status.step).toBeGreaterThan(0);
	});

	it('resumes with the next bot, and stops when told to', async () => {
		const { id } = await runner.start(ENDLESS);
		await next('progress');
		expect(getPriority(lastPid())).toBe(getPriority() + NICE);
		await runner.close();
		expect(events.at(-1)?.type).not.toBe('stopped');
		const { status } = await readSummary(dataDir, id);
		expect(status).toMatchObject({ state: 'running', step: expect.any(Number) });
		expect(status.step).toBeGreaterThan(0);

		open();
		expect(await runner.resume()).toMatchObject({ id });
		expect(events).toEqual([{ run: id, type: 'started', step: status.step }]);
		await next('progress');
		runner.stop();
		expect(runner.status()).toMatchObject({ run: id, stopping: true });
		expect(await ended()).toEqual({ run: id, type: 'stopped' });
		const stopped = await readSummary(dataDir, id);
		expect(stopped.status.state).toBe('stopped');
		expect(stopped.status.step).toBeGreaterThan(status.step);
		expect(await runner.resume()).toBeUndefined(); // a stopped run needs its id
	});

	it('runs one training at a time, which cannot be deleted meanwhile', async () => {
		const [first, second] = await Promise.allSettled([runner.start(ENDLESS), runner.start(REQUEST)]);
		expect(first.status).toBe('fulfilled');
		expect(second).toMatchObject({ status: 'rejected', reason: expect.any(UserError) });
		const { run } = runner.status()!;
		await expect(runner.start(REQUEST)).rejects.toThrow(`A training is running already (${run})`);
		await expect(runner.remove(run)).rejects.toThrow('stop it before it is deleted');
		runner.stop();
		await ended();
		await runner.remove(run);
		expect(await runner.runs()).toEqual([]);
	});

	it('fails with one sentence if MNIST is damaged', async () => {
		const folder = join(dataDir, 'mnist-files');
		await mkdir(folder);
		await writeFile(join(folder, 'train-images-idx3-ubyte'), 'no digits');
		await runner.close();
		open({ env: { MNIST_DIR: folder } });
		const { id } = await runner.start(REQUEST);
		const end = await ended();
		expect(end).toMatchObject({ run: id, type: 'failed', fault: 'user' });
		expect(end).toMatchObject({ message: expect.stringMatching(/^The MNIST file .*train-.*; put the original there/) });
		expect((await readSummary(dataDir, id)).status).toMatchObject({
			state: 'failed',
			message: (end as { message: string }).message,
		});
	});

	it('is given up if it dies at every start', async () => {
		await runner.close();
		open({ entry: fileURLToPath(new URL('../../fakes/broken.ts', import.meta.url)) });
		const { id } = await runner.start(REQUEST);
		expect(await ended()).toEqual({
			run: id,
			type: 'failed',
			fault: 'internal',
			message: 'The training process kept dying: nothing works',
		});
		expect((await readSummary(dataDir, id)).status.state).toBe('failed');
	});

	it('is not started if there is too little memory', async () => {
		const plan = { ...PLAN, hidden: 256, batchSize: 1024, steps: undefined };
		const huge = runner.start({ plan: { ...plan, batchSize: 1_000_000 }, who: 'Ann' });
		await expect(huge).rejects.toThrow(
			/^A batch of 1000000 at hidden size 256 needs about .* GB .*; a batch of \d+ fits\.$/,
		);
		expect(runner.status()).toBeUndefined();
	});

	it('is not started on a device that would miscalculate it', async () => {
		await runner.close();
		open({ device: 'webgpu' });
		const odd = runner.start({ ...REQUEST, plan: { ...PLAN, hidden: 6 } });
		await expect(odd).rejects.toThrow(/^On the device "webgpu" the hidden size .* must be a multiple of 4/);
		expect(await runner.runs()).toEqual([]);
	});

	it('has nothing to stop while nothing runs, and rejects unknown runs', async () => {
		expect(() => runner.stop()).toThrow('No training is running.');
		await expect(runner.losses('none')).rejects.toThrow('There is no training run "none"');
		await expect(runner.resume('none')).rejects.toThrow('There is no training run "none"');
		await expect(runner.remove('none')).rejects.toThrow('There is no training run "none"');
	});

	it('is estimated from the last training on this machine', async () => {
		const guess = await runner.forecast(PLAN);
		expect(guess).toMatchObject({ steps: 60, measured: false });
		await createRun(dataDir, { id: 'time-1', plan: PLAN, who: 'Ann', started: '2026-01-01T10:00:00Z' });
		await writeStatus(runFolder(dataDir, 'time-1'), { state: 'done', step: 20, secondsPerStep: 2 });
		const known = await runner.forecast({ ...PLAN, batchSize: 8 });
		expect([known.seconds, known.measured]).toEqual([expect.closeTo(240, 6), true]);
		expect(known.secondsNow).toBeGreaterThanOrEqual(known.seconds);
	});
});
