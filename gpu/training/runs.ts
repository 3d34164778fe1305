/**
 * Training runs on disk. A run is a folder:
 *
 *     run.json      what was asked for, by whom and when; never changed
 *     status.json   how far it has got
 *     loss.csv      step, epoch and loss of every step
 *     checkpoints/  step-<n>.safetensors to resume from, epoch-<n>.safetensors to sample from
 *
 * Independent of networks, since the bot lists runs too.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MAX_RUN_ID_CHARACTERS, TRAINING_PRESETS, trainingPlan, UserError } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';

/** A run's id, which becomes part of a path: what is trained and when it started. */
export const runId = z
	.string()
	.regex(/^[a-z0-9][a-z0-9-]*$/)
	.max(MAX_RUN_ID_CHARACTERS);

const runRecord = z.object({
	id: runId,
	plan: trainingPlan,
	/** The preset that the plan came from; absent: it was put together by hand. */
	preset: z.enum(TRAINING_PRESETS).optional(),
	/** The name of the person who started it, as in the chat. */
	who: z.string(),
	/** Id of the request that started it. */
	request: z.string().optional(),
	/** When it started, in ISO 8601. */
	started: z.string(),
});
export type RunRecord = z.infer<typeof runRecord>;

export const runStatus = z.object({
	/** `running` although its process is gone: it was interrupted, and can resume. */
	state: z.enum(['running', 'stopped', 'done', 'failed']),
	/** Steps done. */
	step: z.int().min(0),
	/** Seconds that a step took recently; absent before the first. */
	secondsPerStep: z.number().optional(),
	/** The same while the machine did the least other work; absent until known. */
	freeSecondsPerStep: z.number().optional(),
	/** Mean loss of the most recent steps; absent before the first. */
	loss: z.number().optional(),
	/** Why it failed: one sentence. */
	message: z.string().optional(),
	/** Which remote worker trained it last, and on which device: "gpu1, cuda:0". Absent: the bot's own machine. */
	where: z.string().optional(),
});
export type RunStatus = z.infer<typeof runStatus>;

/** A run as people see it. */
export interface RunSummary extends RunRecord {
	readonly status: RunStatus;
	/** The epochs after which weights were kept, ascending. */
	readonly epochs: readonly number[];
	/** The step of the newest checkpoint, from which it resumes whatever happens; 0 before there is one. */
	readonly keptSteps: number;
	/** Another process with this data directory is training it now. */
	readonly elsewhere?: true;
}

/** The loss of one step; steps and epochs are counted from 1. */
export const lossPoint = z.object({ step: z.int().min(1), epoch: z.int().min(1), loss: z.number() });
export type LossPoint = Readonly<z.infer<typeof lossPoint>>;

/** The folder of a run. Throws a UserError if the id is not a valid one. */
export function runFolder(dataDir: string, id: string): string {
	if (!runId.safeParse(id).success) throw unknownRun(id);
	return join(dataDir, 'mnist', id);
}

/** The file that says what was asked for. */
export const recordFile = (folder: string) => join(folder, 'run.json');
export const checkpointFolder = (folder: string) => join(folder, 'checkpoints');
export const epochFile = (folder: string, epoch: number) =>
	join(checkpointFolder(folder), `epoch-${String(epoch).padStart(3, '0')}.safetensors`);
export const stepFile = (folder: string, step: number) =>
	join(checkpointFolder(folder), `step-${String(step).padStart(7, '0')}.safetensors`);

/** Creates the folder of a run. */
export function createRun(dataDir: string, record: RunRecord): Promise<void> {
	return writeWhole(recordFile(runFolder(dataDir, record.id)), `${JSON.stringify(record, null, '\t')}\n`);
}

export function writeStatus(folder: string, status: RunStatus): Promise<void> {
	return writeWhole(join(folder, 'status.json'), `${JSON.stringify(status, null, '\t')}\n`);
}

export function writeLosses(folder: string, points: readonly LossPoint[]): Promise<void> {
	const rows = points.map(({ step, epoch, loss }) => `${step},${epoch},${loss}\n`);
	return writeWhole(join(folder, 'loss.csv'), `step,epoch,loss\n${rows.join('')}`);
}

/** What was asked for. Throws a UserError if there is no such run. */
export async function readRun(dataDir: string, id: string): Promise<RunRecord> {
	const record = await readRecord(recordFile(runFolder(dataDir, id)), runRecord);
	if (!record) throw unknownRun(id);
	return record;
}

/** Everything known about a run. Throws a UserError if there is no such run. */
export async function readSummary(dataDir: string, id: string): Promise<RunSummary> {
	const record = await readRun(dataDir, id);
	const folder = runFolder(dataDir, id);
	const status = await readRecord(join(folder, 'status.json'), runStatus);
	const epochs = await epochsIn(folder);
	const [keptSteps = 0] = await checkpointSteps(folder);
	return { ...record, status: status ?? { state: 'running', step: 0 }, epochs, keptSteps };
}

/** All runs, the latest first. Folders that are not runs are skipped. */
export async function listRuns(dataDir: string): Promise<RunSummary[]> {
	const names = await namesIn(join(dataDir, 'mnist'));
	const summaries = await Promise.all(
		names.map((id) => (runId.safeParse(id).success ? readSummary(dataDir, id).catch(() => undefined) : undefined)),
	);
	return summaries
		.filter((summary) => summary !== undefined)
		.sort((a, b) => (a.started < b.started || (a.started === b.started && a.id < b.id) ? 1 : -1));
}

/** The losses so far. Throws a UserError if there is no such run. */
export async function readLosses(dataDir: string, id: string): Promise<LossPoint[]> {
	await readRun(dataDir, id);
	return lossesIn(await readFile(join(runFolder(dataDir, id), 'loss.csv'), 'utf8').catch(() => ''));
}

/** What writeLosses wrote. */
export function lossesIn(text: string): LossPoint[] {
	const rows = text.split('\n').slice(1).filter(Boolean);
	return rows.map((row) => {
		const [step, epoch, loss] = row.split(',').map(Number);
		return { step, epoch, loss };
	});
}

/** Steps with a checkpoint to resume from, the latest first. */
export async function checkpointSteps(folder: string): Promise<number[]> {
	return numbersIn(await namesIn(checkpointFolder(folder)), STEP_NAME).reverse();
}

/** More than one, as the newest may turn out to be damaged. */
const KEPT_CHECKPOINTS = 2;

/** Deletes checkpoints that nothing will resume from any more. */
export async function removeOldCheckpoints(folder: string): Promise<void> {
	for (const step of (await checkpointSteps(folder)).slice(KEPT_CHECKPOINTS)) {
		await rm(stepFile(folder, step), { force: true });
	}
}

/** The epochs after which weights were kept, ascending. */
export async function epochsIn(folder: string): Promise<number[]> {
	return numbersIn(await namesIn(checkpointFolder(folder)), EPOCH_NAME);
}

/** Deletes half-written checkpoints that a killed process left. No other process may be writing there. */
export async function removeUnfinished(folder: string): Promise<void> {
	const names = await namesIn(checkpointFolder(folder));
	const unfinished = names.filter((name) => !name.endsWith('.safetensors'));
	await Promise.all(unfinished.map((name) => rm(join(checkpointFolder(folder), name), { force: true })));
}

/** Deletes a run with all its weights. Throws a UserError if there is no such run. */
export async function removeRun(dataDir: string, id: string): Promise<void> {
	await readRun(dataDir, id);
	await rm(runFolder(dataDir, id), { recursive: true });
}

const EPOCH_NAME = /^epoch-(\d+)\.safetensors$/;
const STEP_NAME = /^step-(\d+)\.safetensors$/;

/** The numbers in the matching names, ascending. */
function numbersIn(names: readonly string[], pattern: RegExp): number[] {
	return names
		.flatMap((name) => pattern.exec(name)?.[1] ?? [])
		.map(Number)
		.sort((a, b) => a - b);
}

async function namesIn(folder: string): Promise<string[]> {
	return readdir(folder).catch(() => []);
}

/** The content of a JSON file, or undefined if it is missing or not what it should be. */
async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
	try {
		return schema.parse(JSON.parse(await readFile(path, 'utf8')));
	} catch {
		return undefined;
	}
}

function unknownRun(id: string): UserError {
	return new UserError(`There is no training run "${id}"; /mnist runs lists them.`);
}
