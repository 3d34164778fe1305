/**
 * Entry of the inference process, which alone loads onnxruntime-node. Started by gpu/queue, talks over IPC.
 *
 * Environment: DATA_DIR (required), MODEL_DIR, DEVICES (cpu, cuda, webgpu; default cpu), THREADS (0 = one per core).
 */
import { FULL_DISK, isFullDisk, ModelError, UserError } from './errors.ts';
import {
	type DigitJob,
	type DigitJobKind,
	isDigitJob,
	type Job,
	type JobKind,
	type JobResult,
	jobSchema,
} from './jobs.ts';
import { anagram } from './pipelines/anagram.ts';
import { denoise } from './pipelines/denoise.ts';
import { digitAnagram } from './pipelines/digits/anagram.ts';
import { digits } from './pipelines/digits/digits.ts';
import { readDrawnDigit } from './pipelines/digits/drawn-digit.ts';
import { digitDenoise, digitNoise } from './pipelines/digits/noise.ts';
import type { DigitPipeline } from './pipelines/digits/pipeline.ts';
import { forwardProcess } from './pipelines/forward-process.ts';
import { hybrid } from './pipelines/hybrid.ts';
import { inpaint } from './pipelines/inpaint.ts';
import type { Pipeline, PipelineContext, PipelineResult } from './pipelines/pipeline.ts';
import { sdedit } from './pipelines/sdedit.ts';
import { textToImage } from './pipelines/text-to-image.ts';
import { upscale } from './pipelines/upscale.ts';
import { blobDirectory, createBlobStore } from './queue/blobs.ts';
import type { FromWorker, ToWorker, WorkerJobEvent } from './queue/protocol.ts';
import { decodeImage, encodePng } from './tensor/image.ts';
import { readDevice } from './worker/device.ts';
import { createDigitShelf } from './worker/digit-shelf.ts';
import { reportSteps } from './worker/progress.ts';
import { createShelf } from './worker/shelf.ts';

/** What runs each kind of job. */
const pipelines: { readonly [K in Exclude<JobKind, DigitJobKind>]: Pipeline<K> } = {
	generate: textToImage,
	edit: sdedit,
	noise: forwardProcess,
	denoise,
	inpaint,
	anagram,
	hybrid,
	upscale,
};

/** What runs each kind of job over the digit networks. */
const digitPipelines: { readonly [K in DigitJobKind]: DigitPipeline<K> } = {
	digits,
	'digit-anagram': digitAnagram,
	'digit-noise': digitNoise,
	'digit-denoise': digitDenoise,
};

const { DATA_DIR, MODEL_DIR } = process.env;
if (!DATA_DIR || !process.send)
	throw new Error('gpu/worker.ts is started by the bot, with DATA_DIR and an IPC channel');

const blobs = createBlobStore(blobDirectory(DATA_DIR));
const device = readDevice(process.env);
const shelf = createShelf({ modelDir: MODEL_DIR, device });
const digitShelf = createDigitShelf({ dataDir: DATA_DIR, device });
/** How to stop the jobs that run, by id. */
const running = new Map<string, AbortController>();

// Without its bot there is nobody to work for.
process.on('disconnect', () => process.exit());
// Ctrl+C reaches every process of a terminal; when to end is the bot's decision.
process.on('SIGINT', () => {});
process.on('message', (message: ToWorker) => void answer(message));
void start();

async function start(): Promise<void> {
	try {
		// The first job should not wait for the default model.
		const first = (await shelf.list()).usable.find(({ stage }) => stage === 1);
		if (first) await shelf.open(first.name);
	} catch (error) {
		// A damaged model spoils only the jobs that name it; a missing device spoils all.
		console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
		if (!(error instanceof ModelError)) process.exit(1);
	}
	say({ type: 'ready' });
}

async function answer(message: ToWorker): Promise<void> {
	switch (message.type) {
		case 'models':
			return say({ type: 'models', models: await shelf.list() });
		case 'cancel':
			return running.get(message.id)?.abort();
		case 'run':
			return say(await run(message.id, message.job));
	}
}

async function run(id: string, unchecked: Job): Promise<WorkerJobEvent> {
	const stop = new AbortController();
	running.set(id, stop);
	try {
		const job = jobSchema.parse(unchecked);
		const watch = { signal: stop.signal, onStep: reportSteps(id, say) };
		const result = isDigitJob(job) ? await runOnDigits(job, watch) : await runOnModel(job, watch);
		return { id, type: 'done', result: await store(result) };
	} catch (error) {
		if (stop.signal.aborted) return { id, type: 'cancelled' };
		if (error instanceof UserError) return { id, type: 'failed', fault: 'user', message: error.message };
		if (isFullDisk(error)) return { id, type: 'failed', fault: 'user', message: FULL_DISK };
		console.error(`job ${id} failed:`, error);
		return { id, type: 'failed', fault: 'internal', message: messageForUser(error) };
	} finally {
		running.delete(id);
	}
}

type Watch = Pick<PipelineContext, 'signal' | 'onStep'>;

async function runOnModel(job: Exclude<Job, DigitJob>, watch: Watch): Promise<PipelineResult> {
	const denoiser = await shelf.open(job.model);
	const [, size] = denoiser.shape;
	const pipeline = pipelines[job.kind] as Pipeline<(typeof job)['kind']>;
	return pipeline(job, {
		denoiser,
		loadImage: async (ref, side = size) => decodeImage(await blobs.get(ref), side),
		loadBytes: (ref) => blobs.get(ref),
		...watch,
	});
}

function runOnDigits(job: DigitJob, watch: Watch): Promise<PipelineResult> {
	const pipeline = digitPipelines[job.kind] as DigitPipeline<DigitJobKind>;
	return pipeline(job, { ...digitShelf, loadDigit: async (ref) => readDrawnDigit(await blobs.get(ref)), ...watch });
}

async function store({ images, notes }: PipelineResult): Promise<JobResult> {
	const stored = images.map(async ({ pixels, ...facts }) => {
		const [, height, width] = pixels.shape;
		return { blob: await blobs.put(await encodePng(pixels)), width, height, ...facts };
	});
	return { images: await Promise.all(stored), notes };
}

function messageForUser(error: unknown): string {
	if (error instanceof ModelError) return `The model cannot be used: ${error.message}`;
	return 'Something broke while this was made; the log of the bot has the details.';
}

function say(message: FromWorker): void {
	process.send?.(message);
}
