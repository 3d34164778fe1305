import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { digitUnet } from '../../../gpu/models/digits/unet.ts';
import type { Task } from '../../../gpu/training/batches.ts';
import { loadCheckpoint } from '../../../gpu/training/checkpoint.ts';
import { type Digits, loadMnist } from '../../../gpu/training/mnist.ts';
import { stepFile } from '../../../gpu/training/runs.ts';
import { PAUSE, type TaskPlan, type TrainEvent, type TrainOptions, train } from '../../../gpu/training/train.ts';
import { writeWhole } from '../../../gpu/write-whole.ts';

vi.mock(import('../../../gpu/write-whole.ts'), async (original) => ({
	writeWhole: vi.fn((await original()).writeWhole),
}));

/** Five steps per epoch. */
const PLAN: TaskPlan = {
	model: 'class',
	hidden: 4,
	batchSize: 8,
	epochs: 2,
	learningRate: 1e-2,
	decay: 'exponential',
	seed: 3,
};

describe('a training', () => {
	let digits: Digits;
	beforeAll(async () => {
		const { levels, labels } = await loadMnist('test');
		digits = { count: 45, levels: levels.subarray(0, 45 * 28 * 28), labels: labels.subarray(0, 45) };
	});
	let folder: string;
	let events: TrainEvent[];
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-train-'));
		events = [];
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	/** Trains, and aborts after step `endAt`. */
	async function run(changes: Partial<TrainOptions> = {}, { endAt = 0, reason = 'stop' } = {}) {
		const end = new AbortController();
		let steps = 0;
		// Every step reads the digits for its batch.
		const watched = new Proxy(digits, {
			get(target, key: keyof Digits) {
				if (key === 'labels' && ++steps === endAt) end.abort(reason);
				return target[key];
			},
		});
		const onEvent = (event: TrainEvent) => events.push(event);
		const device = { provider: 'cpu', threads: 1 } as const;
		return train({ folder, plan: PLAN, digits: watched, device, signal: end.signal, onEvent, ...changes });
	}

	let straight: string[][] | undefined;
	/** The losses of a training without a break, made once; leaves the folder empty. */
	async function straightLosses() {
		if (!straight) {
			await run();
			straight = await losses();
			await rm(folder, { recursive: true });
			events = [];
		}
		return straight;
	}
	const losses = async () =>
		(await readFile(join(folder, 'loss.csv'), 'utf8'))
			.trimEnd()
			.split('\n')
			.slice(1)
			.map((row) => row.split(','));
	const status = async () => JSON.parse(await readFile(join(folder, 'status.json'), 'utf8'));

	it('runs to the end of the last epoch, and reports it', async () => {
		expect(await run()).toBe('done');
		const rows = await losses();
		expect(rows.map(([step, epoch]) => [Number(step), Number(epoch)])).toEqual(
			Array.from({ length: 10 }, (_, i) => [i + 1, i < 5 ? 1 : 2]),
		);
		expect(Number(rows[9][2])).toBeLessThan(Number(rows[0][2]) * 0.8);
		expect(await status()).toMatchObject({ state: 'done', step: 10 });
		expect(events.filter(({ type }) => type === 'checkpoint')).toEqual([
			{ type: 'checkpoint', epoch: 1 },
			{ type: 'checkpoint', epoch: 2 },
		]);
		expect((await readdir(join(folder, 'checkpoints'))).sort()).toEqual([
			'epoch-001.safetensors',
			'epoch-002.safetensors',
			'step-0000005.safetensors',
			'step-0000010.safetensors',
		]);
		const told = events.flatMap((event) => (event.type === 'progress' ? event.points : []));
		expect(told.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	});

	it('ends after a number of steps, and keeps those weights too', async () => {
		expect(await run({ plan: { ...PLAN, steps: 7 } })).toBe('done');
		expect(await losses()).toHaveLength(7);
		expect(events.filter(({ type }) => type === 'checkpoint')).toHaveLength(2);
	});

	it.each([
		['stop', 'stopped'],
		[PAUSE, 'running'],
	])('counts after %s as %s, and resumes to the same losses', async (reason, state) => {
		const expected = await straightLosses();
		expect(await run({}, { endAt: 3, reason })).toBe('stopped');
		expect(await status()).toMatchObject({ state, step: 3 });
		expect(await run({}, { endAt: 4 })).toBe('stopped'); // after the end of an epoch
		expect(await run()).toBe('done');
		expect(await losses()).toEqual(expected);
	});

	it('resumes from an older checkpoint if the newest is damaged, to the same losses', async () => {
		await run();
		const straight = await losses();
		await writeFile(stepFile(folder, 10), 'not a checkpoint');
		events = [];
		expect(await run()).toBe('done');
		expect(events[0]).toEqual({ type: 'warning', message: expect.stringContaining('step-0000010.safetensors') });
		expect(await losses()).toEqual(straight);
		expect((await loadCheckpoint(stepFile(folder, 10), digitUnet('class', 4))).losses).toHaveLength(10);
	});

	it('does nothing if it is already done', async () => {
		await run();
		const before = await losses();
		expect(await run()).toBe('done');
		expect(await losses()).toEqual(before);
	});

	it('keeps a moving average if asked to', async () => {
		await run({ plan: { ...PLAN, ema: 0.9 } });
		const { state } = await loadCheckpoint(stepFile(folder, 10), digitUnet('class', 4));
		expect(Object.keys(state.average!)).toEqual(Object.keys(state.parameters));
		expect(state.average).not.toEqual(state.parameters);
	});

	it.each<Task>(['denoiser', 'time', 'judge'])('of %s learns', async (model) => {
		const longer = { ...PLAN, model, epochs: 4, decay: 'constant' } as const;
		await run({ plan: longer });
		const numbers = (await losses()).map(([, , loss]) => Number(loss));
		const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
		expect(mean(numbers.slice(-5))).toBeLessThan(mean(numbers.slice(0, 5)) * 0.9);
	});

	it('reports a disk that stays full, and keeps its last saved state', async () => {
		expect(await run({}, { endAt: 3 })).toBe('stopped');
		vi.mocked(writeWhole).mockRejectedValue(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
		await expect(run({}, { endAt: 3 })).rejects.toThrow(`stopped at its last checkpoint in ${folder}; make room there`);
		expect(await run({}, { endAt: 3, reason: PAUSE })).toBe('stopped'); // for the next bot to resume
		vi.mocked(writeWhole).mockReset();
		const { type, message } = events.findLast((event) => event.type === 'warning')!;
		expect([type, message]).toEqual([
			'warning',
			expect.stringMatching(/^The disk is full: the losses could not be saved/),
		]);
		expect(await status()).toMatchObject({ state: 'stopped', step: 3 });
		expect(await run()).toBe('done');
		expect(await losses()).toHaveLength(10);
	});

	it('ends with a remedy if the loss becomes NaN', async () => {
		const steep = run({ plan: { ...PLAN, learningRate: 1e38, epochs: 10, decay: 'constant' } });
		const failure = await steep.catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(UserError);
		expect((failure as UserError).message).toMatch(
			/^The loss became NaN or infinite at step \d+; start again with a smaller learning rate\.$/,
		);
	});
});
