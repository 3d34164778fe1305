import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobOf, TrainingPlan } from '../../../../gpu/jobs/index.ts';
import { type Dock, receive, receiveResult, send, sendResult } from '../../../../gpu/queue/broker/cargo.ts';
import { createRun, epochFile, recordFile, runFolder, stepFile } from '../../../../gpu/training/runs.ts';
import { memoryBlobs } from '../../../fakes/memory-blobs.ts';
import { fakeJob } from '../recorder.ts';

const plan: TrainingPlan = {
	...({ model: 'class', hidden: 8, batchSize: 16, epochs: 2 } as const),
	...({ learningRate: 1e-3, decay: 'cosine', seed: 5 } as const),
};
const digits: JobOf<'digits'> = {
	...({ kind: 'digits', model: 'class', run: 'class-1', seed: 1 } as const),
	...{ guidanceScale: 1, frames: false, digits: [1], count: 1 },
};

describe('what travels with a job', () => {
	let folder: string;
	let bot: Dock;
	let worker: Dock;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-cargo-'));
		const between = memoryBlobs();
		bot = { dataDir: join(folder, 'bot'), own: memoryBlobs(), between };
		worker = { dataDir: join(folder, 'worker'), own: memoryBlobs(), between };
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const blob = (store: Dock['own'], text: string) => store.put(Buffer.from(text));
	const textAt = async (store: Dock['own'], ref: string) => Buffer.from(await store.get(ref)).toString();

	/** Sends a job and receives it. @returns the files that came along, from the data directory */
	async function travel(job: Job): Promise<readonly string[]> {
		const files = await send(job, bot);
		await receive({ job, files }, worker);
		return files.map(({ path }) => path);
	}

	async function write(file: string, text: string): Promise<void> {
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
	}

	it('is every blob that it names, at any depth', async () => {
		const [image, mask] = [await blob(bot.own, 'a picture'), await blob(bot.own, 'a mask')];
		const embeddings = [await blob(bot.own, 'some embeddings')];
		const { kind: _, count: __, ...sampling } = fakeJob('a cat');
		const region = { by: 'mask', mask } as const;
		await travel({ ...sampling, kind: 'inpaint', image, region, embeddings } as unknown as Job);
		expect(await Promise.all([image, mask, ...embeddings].map((ref) => textAt(worker.own, ref)))).toEqual([
			'a picture',
			'a mask',
			'some embeddings',
		]);
	});

	it('may lack what is nowhere, which the job itself reports', async () => {
		expect(await travel(fakeJob('f'.repeat(64)))).toEqual([]);
	});

	it('is a run with the weights of the epoch, the last one if none is named', async () => {
		await createRun(bot.dataDir, { id: 'class-1', plan, who: 'Ann', started: '2026-01-01T10:00:00Z' });
		const run = runFolder(bot.dataDir, 'class-1');
		await write(epochFile(run, 1), 'one');
		await write(epochFile(run, 2), 'two');
		const path = (file: string) => relative(bot.dataDir, file);
		expect(await travel({ ...digits, epoch: 1 })).toEqual([path(recordFile(run)), path(epochFile(run, 1))]);
		expect(await travel(digits)).toEqual([path(recordFile(run)), path(epochFile(run, 2))]);
		const there = runFolder(worker.dataDir, 'class-1');
		expect(await readFile(epochFile(there, 2), 'utf8')).toBe('two');
		expect(JSON.parse(await readFile(recordFile(there), 'utf8'))).toMatchObject({ id: 'class-1', who: 'Ann' });
	});

	it('is the checkpoint of a run whose first epoch has not ended', async () => {
		await createRun(bot.dataDir, { id: 'class-1', plan, who: 'Ann', started: '2026-01-01T10:00:00Z' });
		await write(stepFile(runFolder(bot.dataDir, 'class-1'), 40), 'forty');
		await travel(digits);
		expect(await readFile(stepFile(runFolder(worker.dataDir, 'class-1'), 40), 'utf8')).toBe('forty');
	});

	it('is nothing of a run that is not there', async () => expect(await travel(digits)).toEqual([]));

	it('is no file but those of a run', async () => {
		const blobOf = await blob(bot.between, 'export PATH=…');
		for (const path of ['../.profile', 'mnist/../preferred-models.json', 'mnist/a/checkpoints/../../../x']) {
			const files = [{ path, blob: blobOf }];
			await expect(receive({ job: fakeJob('a cat'), files }, worker)).rejects.toThrow('may not bring the file');
		}
	});

	it('comes back with its result', async () => {
		const result = { images: [{ blob: await blob(worker.own, 'a cat'), width: 1, height: 1, seed: 1 }], notes: [] };
		await sendResult(result, worker);
		await receiveResult(result, bot);
		expect(await textAt(bot.own, result.images[0].blob)).toBe('a cat');
	});

	it('comes back with a result that an equal job has brought, and removed on the way, just before', async () => {
		const result = { images: [{ blob: await blob(worker.own, 'a cat'), width: 1, height: 1, seed: 1 }], notes: [] };
		await sendResult(result, worker);
		const get = async (ref: string) => {
			await receiveResult(result, bot);
			await bot.between.remove(ref);
			return bot.between.get(ref);
		};
		await receiveResult(result, { ...bot, between: { ...bot.between, get } });
		expect(await textAt(bot.own, result.images[0].blob)).toBe('a cat');
	});

	it('comes back with no result that is nowhere', async () => {
		const result = { images: [{ blob: 'f'.repeat(64), width: 1, height: 1, seed: 1 }], notes: [] };
		await expect(receiveResult(result, bot)).rejects.toThrow('no longer stored');
	});
});
