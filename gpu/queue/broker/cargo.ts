/** What travels with a job: the blobs that it names, the files of a training run whose weights it uses, and its results. */
import { access, readFile, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BlobRef, isBlobRef, type Job, type JobResult, UserError } from '../../jobs/index.ts';
import { epochFile, readSummary, recordFile, runFolder, stepFile } from '../../training/runs.ts';
import { writeWhole } from '../../write-whole.ts';
import type { BlobStore } from '../blobs.ts';
import type { Assignment } from './protocol.ts';

/** One end of the way: a machine's own blobs and data directory, and the store in between. */
export interface Dock {
	readonly dataDir: string;
	readonly own: BlobStore;
	readonly between: BlobStore;
}

/** Puts what a job needs on its way. What is missing here the worker reports, as it would if it ran beside the bot. */
export async function send(job: Job, dock: Dock): Promise<Assignment['files']> {
	await Promise.all(blobsOf(job).map((ref) => put(ref, dock).catch(unlessMissing)));
	const paths = 'run' in job && job.run !== undefined ? await filesOfRun(dock.dataDir, job.run, job.epoch) : [];
	return Promise.all(
		paths.map(async (path) => ({
			path: relative(dock.dataDir, path),
			blob: await dock.between.put(await readFile(path)),
		})),
	);
}

/** Takes in what a job needs. Blobs that are nowhere are reported by the job itself. */
export async function receive({ job, files }: Pick<Assignment, 'job' | 'files'>, dock: Dock): Promise<void> {
	await Promise.all(blobsOf(job).map((ref) => take(ref, dock).catch(unlessMissing)));
	for (const { path, blob } of files) {
		if (!FILE_OF_RUN.test(path)) throw new Error(`a job may not bring the file ${JSON.stringify(path)}`);
		const file = join(dock.dataDir, path);
		const now = new Date();
		await utimes(file, now, now).catch(async () => writeWhole(file, await dock.between.get(blob)));
	}
}

/** Puts a job's result on its way back. Throws a UserError if part of it is gone. */
export async function sendResult(result: JobResult, dock: Dock): Promise<void> {
	await Promise.all(blobsOf(result).map((ref) => put(ref, dock)));
}

/**
 * Takes in a job's result, which stays in between. Throws a UserError if part of it is gone. One blob after the other, so that the
 * bot holds only one in memory, however many a worker has named.
 */
export async function receiveResult(result: JobResult, dock: Dock): Promise<void> {
	for (const ref of blobsOf(result)) await take(ref, dock);
}

const put = async (ref: BlobRef, { own, between }: Dock) => void (await between.put(await own.get(ref)));

/** Fetches it unless it is here already; either way it now counts as new. */
async function take(ref: BlobRef, { own, between }: Dock): Promise<void> {
	const here = () => own.get(ref).catch(unlessMissing);
	// An equal job may have brought the same one in the meantime, and removed it on the way.
	const fetched = () => between.get(ref).catch(async (error) => (await here()) ?? Promise.reject(error));
	await own.put((await here()) ?? (await fetched()));
}

function unlessMissing(error: unknown): void {
	if (!(error instanceof UserError)) throw error;
}

/** Every text in a job or a result that could be a reference. One that is something else, a strange prompt, is stored nowhere. */
export function blobsOf(value: unknown): BlobRef[] {
	if (typeof value === 'string') return isBlobRef(value) ? [value] : [];
	if (typeof value !== 'object' || value === null) return [];
	return [...new Set(Object.values(value).flatMap(blobsOf))];
}

/** The files from which a run's weights are read: none of them ever changes. */
const FILE_OF_RUN = /^mnist\/[a-z0-9][a-z0-9-]*\/(?:run\.json|checkpoints\/(?:epoch|step)-\d+\.safetensors)$/;

/** None for a run that is not there, or has no such weights, which the job reports. */
async function filesOfRun(dataDir: string, run: string, epoch: number | undefined): Promise<readonly string[]> {
	const summary = await readSummary(dataDir, run).catch(unlessMissing);
	if (!summary) return [];
	const folder = runFolder(dataDir, run);
	const { epochs, keptSteps } = summary;
	const chosen = epoch ?? epochs.at(-1);
	const weights = chosen === undefined ? stepFile(folder, keptSteps) : epochFile(folder, chosen);
	return [recordFile(folder), ...((await exists(weights)) ? [weights] : [])];
}

const exists = (file: string) =>
	access(file).then(
		() => true,
		() => false,
	);
