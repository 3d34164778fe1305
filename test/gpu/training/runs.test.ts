import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import {
	checkpointSteps,
	createRun,
	epochFile,
	listRuns,
	type RunRecord,
	readLosses,
	readSummary,
	removeRun,
	runFolder,
	stepFile,
	writeLosses,
	writeStatus,
} from '../../../gpu/training/runs.ts';

const record = (id: string, started: string): RunRecord => ({
	id,
	plan: { model: 'class', hidden: 8, batchSize: 16, epochs: 2, learningRate: 1e-3, decay: 'cosine', seed: 5 },
	preset: 'demo',
	who: 'Ann',
	started,
});

describe('the folder of runs', () => {
	let dataDir: string;
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-runs-'));
	});
	afterEach(() => rm(dataDir, { recursive: true, force: true }));

	const touch = async (file: string) => {
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, '');
	};

	it('is empty at first', async () => expect(await listRuns(dataDir)).toEqual([]));

	it('lists the latest run first, and ignores other things', async () => {
		await createRun(dataDir, record('a', '2026-01-01T10:00:00Z'));
		await createRun(dataDir, record('b', '2026-01-02T10:00:00Z'));
		await touch(join(dataDir, 'mnist', 'stray', 'notes.txt'));
		await touch(join(dataDir, 'mnist', '.DS_Store'));
		await touch(join(dataDir, 'mnist', 'half', 'run.json'));
		expect((await listRuns(dataDir)).map(({ id }) => id)).toEqual(['b', 'a']);
	});

	it('describes a run: its plan, its progress and the epochs to sample from', async () => {
		await createRun(dataDir, record('a', '2026-01-01T10:00:00Z'));
		expect((await readSummary(dataDir, 'a')).status).toEqual({ state: 'running', step: 0 });
		const folder = runFolder(dataDir, 'a');
		await writeStatus(folder, { state: 'stopped', step: 12, loss: 0.5, secondsPerStep: 2 });
		for (const epoch of [10, 2, 1]) await touch(epochFile(folder, epoch));
		for (const step of [9, 1000, 20]) await touch(stepFile(folder, step));
		await touch(`${stepFile(folder, 7)}.half-written`);
		expect(await readSummary(dataDir, 'a')).toEqual({
			...record('a', '2026-01-01T10:00:00Z'),
			status: { state: 'stopped', step: 12, loss: 0.5, secondsPerStep: 2 },
			epochs: [1, 2, 10],
			keptSteps: 1000,
		});
		expect(await checkpointSteps(folder)).toEqual([1000, 20, 9]);
	});

	it('keeps the losses as a table', async () => {
		await createRun(dataDir, record('a', '2026-01-01T10:00:00Z'));
		expect(await readLosses(dataDir, 'a')).toEqual([]);
		const points = [
			{ step: 1, epoch: 1, loss: 1.25 },
			{ step: 2, epoch: 1, loss: 3e-7 },
		];
		await writeLosses(runFolder(dataDir, 'a'), points);
		expect(await readFile(join(runFolder(dataDir, 'a'), 'loss.csv'), 'utf8')).toBe(
			'step,epoch,loss\n1,1,1.25\n2,1,3e-7\n',
		);
		expect(await readLosses(dataDir, 'a')).toEqual(points);
	});

	it('removes a run', async () => {
		await createRun(dataDir, record('a', '2026-01-01T10:00:00Z'));
		await removeRun(dataDir, 'a');
		expect(await listRuns(dataDir)).toEqual([]);
	});

	it.each(['none', '..', '../a', 'a/b', '', 'A'])('has no run "%s"', async (id) => {
		await createRun(dataDir, record('a', '2026-01-01T10:00:00Z'));
		for (const read of [readSummary, readLosses, removeRun]) {
			const attempt = async (): Promise<unknown> => read(dataDir, id);
			await expect(attempt()).rejects.toThrow(UserError);
			await expect(attempt()).rejects.toThrow(`no training run "${id}"`);
		}
		expect(await listRuns(dataDir)).toHaveLength(1);
	});
});
