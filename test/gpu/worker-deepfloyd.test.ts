/** The real inference process with a tiny DeepFloyd, through the local runner. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobOf } from '../../gpu/jobs/index.ts';
import { writeTensorFile } from '../../gpu/models/pytorch/write-tensor-file.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { createLocalRunner } from '../../gpu/queue/local-runner.ts';
import type { JobEnd, JobRunner } from '../../gpu/queue/runner.ts';
import { decodeImage } from '../../gpu/tensor/image.ts';
import { cacheRepository, downloadRepository, STAGE_1, STAGE_2 } from '../fakes/deepfloyd.ts';
import { relativeRms } from './models/safetensors-files.ts';
import { type Recorder, record } from './queue/recorder.ts';

const WIDTH = 32;

describe('a DeepFloyd without text encoder', () => {
	let dataDir: string;
	let blobs: BlobStore;
	let runner: JobRunner;
	let events: Recorder;
	let ids = 0;

	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-deepfloyd-'));
		const hub = join(dataDir, 'models');
		cacheRepository(hub, STAGE_1, { encoder: false });
		cacheRepository(hub, STAGE_2, { encoder: false });
		blobs = createLocalBlobStore(blobDirectory(dataDir));
		runner = createLocalRunner({ concurrency: 2, dataDir });
		events = record(runner);
	});
	afterAll(async () => {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	});

	async function end(job: Job): Promise<JobEnd> {
		const id = `job ${++ids}`;
		await runner.submit(job, { id, owner: 'ann' });
		return events.end(id);
	}

	async function pixelsOf(end: JobEnd): Promise<Float32Array> {
		if (end.type !== 'done') throw new Error(JSON.stringify(end));
		return (await decodeImage(await blobs.get(end.result.images[0].blob), 16)).data;
	}

	/** Stores a .pth for these prompts, with the same value in all embeddings. */
	function bring(prompts: readonly string[], value: number, width = WIDTH): Promise<string> {
		const bytes = new Uint8Array(new Float32Array(77 * width).fill(value).buffer);
		const embedding = { dtype: 'float32', shape: [1, 77, width], bytes } as const;
		return blobs.put(writeTensorFile(new Map(prompts.map((prompt) => [prompt, embedding]))));
	}

	const job = (changes: Partial<JobOf<'generate'>> = {}): JobOf<'generate'> => ({
		kind: 'generate',
		model: STAGE_1,
		seed: 7,
		steps: 20,
		guidanceScale: 4,
		negativePrompt: '',
		sampler: 'ddpm',
		prompt: 'A DOG in the snow',
		count: 1,
		...changes,
	});

	it('is listed by the name of its repository, without known prompts', async () => {
		const { usable, damaged } = await runner.models();
		expect(damaged).toEqual([]);
		expect(usable.map(({ name }) => name).slice(-2)).toEqual([STAGE_1, STAGE_2]);
		expect(usable.at(-1)).toMatchObject({ stage: 2, sampleSize: 64, knownPrompts: [] });
	});

	it('draws the prompts whose embeddings a job brings, and says what others would need', async () => {
		expect(await end(job())).toMatchObject({
			fault: 'user',
			message: 'This model has no text encoder: it draws only prompts whose embeddings you provide; see /prompts.',
		});
		const dogs = await bring(['', 'a dog in the snow'], 0.5);
		const cats = await bring(['a cat in the snow', 'a dog in the snow'], -0.5);
		const drawn = await end(job({ embeddings: [dogs, cats] }));
		expect(drawn).toMatchObject({ type: 'done', result: { notes: [] } });
		// The first file takes precedence.
		expect(await end(job({ embeddings: [dogs] }))).toMatchObject({ result: (drawn as { result: object }).result });
		expect(await end(job({ embeddings: [cats, dogs] }))).not.toMatchObject({
			result: (drawn as { result: object }).result,
		});
		expect(await end(job({ embeddings: [dogs, cats], prompt: 'a dog in the snows' }))).toMatchObject({
			result: { notes: ['“a dog in the snows” was read as “a dog in the snow”.'] },
		});
		expect(await end(job({ embeddings: [dogs, cats], prompt: 'a fish' }))).toMatchObject({
			fault: 'user',
			message:
				'This model has no text encoder, only embeddings of 4 prompts, and “a fish” is not among them; the nearest: “a dog in the snow”, “a cat in the snow”.',
		});
	});

	it('draws the same with its encoder’s embeddings', async () => {
		const model = 'with-encoder';
		downloadRepository(join(dataDir, 'models', model), STAGE_1);
		const prompt = 'a photo of a dog';
		const expected = await end(job({ model, prompt }));
		const made = await end({ kind: 'embed', model, prompts: ['', prompt, prompt] });
		const file = made.type === 'done' ? made.result.file : undefined;
		expect(made).toMatchObject({ type: 'done', result: { images: [], notes: [] } });
		const drawn = await end(job({ prompt, embeddings: [file!] }));
		const [a, b] = await Promise.all([expected, drawn].map(pixelsOf));
		// The file has half precision.
		expect(relativeRms(a, b)).toBeLessThan(0.02);
		await rm(join(dataDir, 'models', model), { recursive: true });
	});

	it('rejects embeddings of another model, and says if its own encoder reads the prompt', async () => {
		const wide = await bring(['', 'a dog in the snow'], 0.5, 384);
		expect(await end(job({ embeddings: [wide] }))).toMatchObject({ fault: 'user' });
		const dogs = await bring(['', 'a dog in the snow'], 0.5);
		const note = 'Embeddings of width 384 were not used: this model reads those of width 32.';
		expect(await end(job({ embeddings: [wide, dogs] }))).toMatchObject({ result: { notes: [note] } });
	});

	it('rejects a file without embeddings in one sentence', async () => {
		const text = await blobs.put(await readFile('package.json'));
		const refused = await end(job({ embeddings: [text] }));
		expect(refused).toMatchObject({ type: 'failed', fault: 'user' });
		expect((refused as { message: string }).message).toMatch(/^The file of embeddings: not a safetensors file.*\.$/);
	});
});
