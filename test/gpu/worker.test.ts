/** The real inference process with the bundled models, through the local runner. */
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { createLocalRunner } from '../../gpu/queue/local-runner.ts';
import type { FromWorker } from '../../gpu/queue/protocol.ts';
import type { JobRunner, ModelSummary } from '../../gpu/queue/runner.ts';
import { spawnProcess } from '../../gpu/queue/spawn.ts';
import { type Recorder, record, workerPids } from './queue/recorder.ts';

const ENTRY = fileURLToPath(new URL('../../gpu/worker.ts', import.meta.url));
const BUNDLED = fileURLToPath(new URL('../../assets/models/emoji-if', import.meta.url));

describe('the inference process', () => {
	let dataDir: string;
	let blobs: BlobStore;
	let runner: JobRunner;
	let events: Recorder;
	let model: ModelSummary;
	let ids = 0;
	const log: string[] = [];

	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'flipside-worker-'));
		const modelDir = join(dataDir, 'models');
		await cp(BUNDLED, join(modelDir, 'damaged'), { recursive: true });
		await writeFile(join(modelDir, 'damaged', 'unet', 'diffusion_pytorch_model.safetensors'), 'no weights at all');
		blobs = createLocalBlobStore(blobDirectory(dataDir));
		const worker = { env: { MODEL_DIR: modelDir } };
		runner = createLocalRunner({ concurrency: 2, dataDir, worker, log: (line) => log.push(line) });
		events = record(runner);
		[model] = (await runner.models()).usable;
	}, 60_000);
	afterAll(async () => {
		await runner.close();
		await rm(dataDir, { recursive: true, force: true });
	});

	const sampling = () =>
		({ model: model.name, seed: 7, guidanceScale: 4, negativePrompt: '', sampler: 'ddpm', steps: 3 }) as const;

	async function submit(job: Job): Promise<string> {
		const id = `job ${++ids}`;
		await runner.submit(job, { id, owner: 'ann' });
		return id;
	}

	async function make(job: Job): Promise<JobResult> {
		const end = await events.end(await submit(job));
		if (end.type !== 'done') throw new Error(`expected a picture, got ${JSON.stringify(end)}`);
		return end.result;
	}

	async function fail(job: Job): Promise<{ message: string; fault: string }> {
		const end = await events.end(await submit(job));
		if (end.type !== 'failed') throw new Error(`expected a failure, got ${JSON.stringify(end)}`);
		return end;
	}

	it('lists the bundled model, and says what is wrong with a damaged one', async () => {
		const { usable, damaged } = await runner.models();
		expect(usable[0].name).toBe('emoji-if');
		expect(usable.map(({ name }) => name)).not.toContain('damaged');
		expect(damaged).toMatchObject([{ name: 'damaged', damage: expect.stringContaining('safetensors') }]);
		expect(model.sampleSize).toBeGreaterThanOrEqual(32);
		expect(log.filter((line) => /^the model damaged cannot be used: /.test(line))).toHaveLength(1);
	});

	it('tells no models where its device is missing: to have them means that pictures can be made', async () => {
		const env = { DATA_DIR: dataDir, DEVICES: 'cuda', CUDA_VISIBLE_DEVICES: '' };
		const { child, lines } = spawnProcess({ entry: ENTRY, env }, () => {});
		const told: unknown[] = [];
		child.on('message', (message) => told.push(message));
		expect((await once(child, 'close'))[0]).toBe(1);
		expect(told).toEqual([]);
		expect(lines.at(-1)).toMatch(/cuda/i);
	});

	it('is ready with its models known, and is killed when its bot is gone, also while another thread loads a network', async () => {
		const env = { DATA_DIR: dataDir, DEVICES: 'cpu', THREADS: '2' };
		const { child } = spawnProcess({ entry: ENTRY, env }, () => {});
		const exit = once(child, 'exit');
		let said: FromWorker;
		do [said] = (await once(child, 'message')) as [FromWorker];
		while (said.type !== 'ready');
		expect(said.models?.usable[0].name).toBe('emoji-if');
		// Now it loads what it needs for larger batches.
		child.disconnect();
		expect(await exit).toEqual([null, 'SIGKILL']);
	});

	it('stores pictures as PNG without metadata, with reproducible bytes', async () => {
		const job = { kind: 'generate', ...sampling(), prompt: 'a photo of a dog', count: 2 } as const;
		const once = await make(job);
		const twice = await make(job);
		expect(twice).toEqual(once);
		expect(once.images.map(({ seed }) => seed)).toEqual([7, 8]);
		expect(new Set(once.images.map(({ blob }) => blob)).size).toBe(2);
		for (const { blob, width, height } of once.images) {
			const { format, exif, density, ...size } = await sharp(await blobs.get(blob)).metadata();
			expect({ format, exif, width: size.width, height: size.height }).toEqual({ format: 'png', width, height });
			expect([width, height]).toEqual([model.sampleSize, model.sampleSize]);
		}
	});

	it('reports every step, with previews of the model’s size', async () => {
		const id = await submit({ kind: 'generate', ...sampling(), steps: 12, prompt: 'a tree', count: 1 });
		expect((await events.end(id)).type).toBe('done');
		const progress = events.of(id).filter((event) => event.type === 'progress');
		expect(progress.map(({ done, total }) => [done, total])).toEqual(Array.from({ length: 12 }, (_, i) => [i + 1, 12]));
		const previews = progress.flatMap(({ preview }) => preview ?? []);
		expect(previews.length).toBeGreaterThanOrEqual(1);
		expect(previews.length).toBeLessThan(12);
		expect((await sharp(previews[0]).metadata()).width).toBe(model.sampleSize);
	});

	it('colours a picture with a hybrid whose grey component is the reference', async () => {
		const grey = sharp({ create: { width: 80, height: 80, channels: 3, background: '#808080' } });
		const reference = await blobs.put(await grey.png().toBuffer());
		const job = { kind: 'hybrid', ...sampling(), decomposition: 'color', reference } as const;
		const { images } = await make({ ...job, prompts: ['a red apple'] });
		const pixels = await sharp(await blobs.get(images[0].blob))
			.raw()
			.toBuffer();
		const greys = Array.from(
			{ length: pixels.length / 3 },
			(_, i) => (pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2]) / 3,
		);
		const colours = greys.map((value, i) => Math.abs(pixels[3 * i] - value));
		// Rounding moves a mean of three by up to half a level, and colours beyond 8 bits are clamped.
		expect(greys.filter((value) => Math.abs(value - 128) <= 1).length / greys.length).toBeGreaterThan(0.9);
		expect(Math.max(...colours)).toBeGreaterThan(5);
	});

	it('enlarges a picture with the bundled stage II, keeping its colours', async () => {
		const halves = sharp({ create: { width: 64, height: 64, channels: 3, background: '#c06040' } });
		const left = { create: { width: 32, height: 64, channels: 3, background: '#4060c0' } } as const;
		const image = await blobs.put(
			await halves
				.composite([{ input: left, left: 0, top: 0 }])
				.png()
				.toBuffer(),
		);
		const upscaler = (await runner.models()).usable.find(({ stage }) => stage === 2);
		const { images } = await make({
			...{ kind: 'upscale', ...sampling(), model: upscaler?.name ?? '', guidanceScale: 1, noiseLevel: 250 },
			...{ prompts: ['a flag'], image, through: { kind: 'views', views: [] } },
		});
		const enlarged = sharp(await blobs.get(images[0].blob));
		expect(await enlarged.metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
		for (const [x, colour] of [
			[32, [0x40, 0x60, 0xc0]],
			[160, [0xc0, 0x60, 0x40]],
		] as const) {
			const part = await enlarged.clone().extract({ left: x, top: 64, width: 64, height: 64 }).toBuffer();
			const { channels } = await sharp(part).stats();
			for (const [i, { mean }] of channels.entries()) expect(Math.abs(mean - colour[i])).toBeLessThan(3);
		}
	});

	it('edits an uploaded picture', async () => {
		const upload = sharp({ create: { width: 90, height: 50, channels: 3, background: 'red' } });
		const image = await blobs.put(await upload.jpeg().toBuffer());
		const job = { kind: 'edit', ...sampling(), sampler: 'course', prompt: 'a house', image } as const;
		const { images } = await make({ ...job, starts: [0, 1] });
		expect(images.map(({ role }) => role)).toEqual([undefined, undefined, 'original']);
	});

	it('redraws the masked part of a picture and keeps the rest', async () => {
		const red = sharp({ create: { width: 90, height: 60, channels: 3, background: 'red' } });
		const white = { create: { width: 45, height: 60, channels: 3, background: 'white' } } as const;
		const black = sharp({ create: { ...white.create, width: 90, background: 'black' } });
		const image = await blobs.put(await red.png().toBuffer());
		const mask = await blobs.put(
			await black
				.composite([{ input: white, left: 0, top: 0 }])
				.png()
				.toBuffer(),
		);
		const { images } = await make({
			...{ kind: 'inpaint', ...sampling(), sampler: 'course', prompt: 'a house', image, area: { by: 'mask', mask } },
			...{ feather: 0, rule: 'course', jumpLength: 10, resamples: 10, count: 1 },
		});
		expect(images.map(({ role }) => role)).toEqual([undefined, 'original', 'mask', 'hole to fill']);
		const { data, info } = await sharp(await blobs.get(images[0].blob))
			.raw()
			.toBuffer({ resolveWithObject: true });
		const isRed = Array.from({ length: info.width * info.height }, (_, i) =>
			data.subarray(3 * i, 3 * i + 3).equals(Buffer.of(255, 0, 0)),
		);
		// At the boundary an enlarged mask may extend a pixel further.
		const kept = isRed.filter((_, i) => i % info.width > info.width / 2 + 1);
		const made = isRed.filter((_, i) => i % info.width < info.width / 2 - 1);
		expect(kept.every(Boolean)).toBe(true);
		expect(made.every(Boolean)).toBe(false);
	});

	it('asks to upload again what is no longer stored', async () => {
		const job = { kind: 'edit', ...sampling(), prompt: 'a house', image: '0'.repeat(64) } as const;
		expect(await fail({ ...job, starts: [0] })).toMatchObject({
			fault: 'user',
			message: expect.stringContaining('upload it, or make it, again'),
		});
	});

	it('makes an anagram', async () => {
		const { images } = await make({ kind: 'anagram', ...sampling(), prompts: ['a dog', 'a cat'], views: ['flip'] });
		expect(images).toHaveLength(1);
	});

	it('names the models if a job wants an unknown one', async () => {
		const job = { kind: 'generate', ...sampling(), model: 'nobody', prompt: 'a dog', count: 1 } as const;
		expect(await fail(job)).toMatchObject({ fault: 'user', message: expect.stringMatching(/"nobody".*emoji-if/) });
	});

	it('names the file if a model is damaged', async () => {
		const job = { kind: 'generate', ...sampling(), model: 'damaged', prompt: 'a dog', count: 1 } as const;
		expect(await fail(job)).toMatchObject({ fault: 'internal', message: expect.stringMatching(/\.safetensors/) });
	});

	it('rejects anything but a job, and logs why', async () => {
		const job = { kind: 'generate', ...sampling(), steps: 0, prompt: 'a dog', count: 1 } as const;
		expect(await fail(job)).toMatchObject({ fault: 'internal', message: expect.stringContaining('log') });
		expect(log.join(' ')).toMatch(/a job failed: .*"steps"/s);
	});

	it('stops a running job within a step', async () => {
		const id = await submit({ kind: 'generate', ...sampling(), steps: 1000, prompt: 'a dog', count: 1 });
		await events.next(id, 'progress');
		await runner.cancel(id);
		expect((await events.end(id)).type).toBe('cancelled');
		const steps = events.of(id).filter(({ type }) => type === 'progress');
		expect(steps.length).toBeLessThan(10);
		expect(workerPids(log)).toHaveLength(1); // it obeyed and was not killed
	});

	it('leaves Ctrl+C to the bot', async () => {
		process.kill(workerPids(log)[0], 'SIGINT');
		await make({ kind: 'generate', ...sampling(), prompt: 'a dog', count: 1 });
		expect(workerPids(log)).toHaveLength(1);
	});

	it('makes the same picture if the process is killed halfway', async () => {
		const job = { kind: 'generate', ...sampling(), steps: 5, prompt: 'a boat', count: 1 } as const;
		const undisturbed = await make(job);
		const id = await submit(job);
		await events.next(id, 'progress');
		process.kill(workerPids(log).at(-1)!, 'SIGKILL');
		expect(await events.end(id)).toEqual({ id, type: 'done', result: undisturbed });
		expect(workerPids(log)).toHaveLength(2);
	});
});

it('says in one sentence why it cannot start', async () => {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-worker-'));
	const runner = createLocalRunner({ concurrency: 1, dataDir, worker: { env: { DEVICES: 'abacus' } } });
	await expect(runner.models()).rejects.toThrow(
		'The inference process cannot start: DEVICES must be the name of one device, got "abacus"',
	);
	await runner.close();
	await rm(dataDir, { recursive: true });
});
