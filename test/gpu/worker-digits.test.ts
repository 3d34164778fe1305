/** Digit jobs in the real inference process, with the weights of a run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DigitModel, type Job, planTraining } from '../../gpu/jobs/index.ts';
import { digitUnet } from '../../gpu/models/digits/unet.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { createLocalRunner } from '../../gpu/queue/local-runner.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import { saveWeights } from '../../gpu/training/checkpoint.ts';
import { createRun, epochFile, runFolder } from '../../gpu/training/runs.ts';
import { type Recorder, record } from './queue/recorder.ts';

describe('digits in the inference process', () => {
	let dataDir: string;
	let runner: JobRunner;
	let blobs: BlobStore;
	let events: Recorder;
	let ids = 0;

	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-digits-'));
		for (const model of ['class', 'denoiser'] as const) await addRun(model);
		blobs = createLocalBlobStore(blobDirectory(dataDir));
		runner = createLocalRunner({ concurrency: 2, dataDir, log: () => {} });
		events = record(runner);
		await runner.models();
	}, 60_000);
	afterAll(async () => {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	});

	/** A run with weights of epoch 1, all of which are 0.01. */
	async function addRun(model: DigitModel): Promise<void> {
		const plan = { ...planTraining({ model, preset: 'demo', seed: 1 }), hidden: 4 };
		await createRun(dataDir, { id: model, plan, who: 'Ann', started: '2026-01-01T00:00:00Z' });
		const definition = digitUnet(model, 4);
		const filled = (specs: readonly { name: string; shape: readonly number[] }[], value: number) =>
			Object.fromEntries(
				specs.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value)]),
			);
		const parameters = filled(definition.parameters, 0.01);
		const statistics = filled(definition.statistics, 1);
		const state = { steps: 1, parameters, statistics, firstMoments: {}, secondMoments: {} };
		await saveWeights(epochFile(runFolder(dataDir, model), 1), definition, state, { dtype: 'float16' });
	}

	async function end(job: Job) {
		const id = `job ${++ids}`;
		await runner.submit(job, { id, owner: 'ann' });
		return events.end(id);
	}

	const DIGITS = {
		kind: 'digits',
		model: 'class',
		run: 'class',
		digits: [2, 6],
		count: 1,
		guidanceScale: 5,
		seed: 3,
		frames: false,
	} as const satisfies Partial<Job>;

	it('are sampled from a run reproducibly, with a preview of 112 pixels', async () => {
		const job = { ...DIGITS, digits: [...DIGITS.digits] };
		const [first, second] = [await end(job), await end(job)];
		if (first.type !== 'done' || second.type !== 'done') throw new Error(JSON.stringify([first, second]));
		expect(first.result.images).toMatchObject([
			{ role: 'sample', seed: 3, width: 28, height: 28 },
			{ role: 'sample', seed: 4, width: 28, height: 28 },
		]);
		expect(first.result.images[0].blob).not.toBe(first.result.images[1].blob);
		expect(second.result).toEqual(first.result);
		const previews = events.all.flatMap((event) => (event.type === 'progress' && event.preview ? [event.preview] : []));
		expect(previews.length).toBeGreaterThan(0);
		expect(await sharp(previews[0]).metadata()).toMatchObject({ width: 112, height: 112 });
	}, 60_000);

	it('are denoised, from the test set and from a picture', async () => {
		const image = await blobs.put(
			await sharp({ text: { text: '<b>7</b>', dpi: 600 } })
				.negate()
				.png()
				.toBuffer(),
		);
		const done = await end({
			kind: 'digit-denoise',
			model: 'denoiser',
			run: 'denoiser',
			epoch: 1,
			seed: 1,
			sources: [
				{ from: 'test', digit: 3, nth: 20_000 },
				{ from: 'image', image },
			],
			sigmas: [0.5],
		});
		if (done.type !== 'done') throw new Error(JSON.stringify(done));
		const roles = done.result.images.map(({ role }) => role);
		expect(roles).toEqual(['original', 'noisy', 'denoised', 'original', 'noisy', 'denoised']);
	});

	it.each<[object, RegExp]>([
		[{ run: 'none' }, /There is no training run "none"/],
		[{ run: 'denoiser' }, /The run denoiser trained "denoiser", not "class"\./],
		[{ epoch: 7 }, /The run class has no weights of epoch 7; it has only epoch 1\./],
		[{ run: undefined, epoch: 7 }, /without the weights of "class" after epoch 7; train some/],
	])('are rejected for %o', async (changes, message) => {
		const failed = await end({ ...DIGITS, digits: [1], ...changes } as Job);
		expect(failed).toMatchObject({ type: 'failed', fault: 'user', message: expect.stringMatching(message) });
	});
});
