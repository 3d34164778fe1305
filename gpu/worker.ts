/**
 * Entry of the inference process, which alone loads onnxruntime-node. gpu/queue starts it and communicates over IPC.
 *
 * Environment: DATA_DIR (required); MODEL_DIR, TEXT_ENCODER and PROMPT_EMBEDDINGS, see models/library.ts; DEVICES, THREADS and
 * MODEL_MEMORY, see worker/device.ts; WATERMARK (off: pictures are not marked).
 */
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ModelError } from './errors.ts';
import type { Job } from './jobs/index.ts';
import { modelFolders, preferredModels } from './models/installed.ts';
import { blobDirectory, createLocalBlobStore } from './queue/local-blobs.ts';
import type { FromWorker, ToWorker, WorkerJobEvent } from './queue/protocol.ts';
import type { ModelList } from './queue/runner.ts';
import { loadSharp } from './tensor/sharp.ts';
import { countBatches } from './worker/batch-counts.ts';
import { readDevice } from './worker/device.ts';
import { createDigitShelf } from './worker/digit-shelf.ts';
import { liveWithBot } from './worker/live-with-bot.ts';
import { reportSteps } from './worker/progress.ts';
import { failureOf, runJob, type Workshop } from './worker/run-job.ts';
import { createShelf } from './worker/shelf.ts';

const { DATA_DIR, MODEL_DIR, TEXT_ENCODER, PROMPT_EMBEDDINGS, WATERMARK } = process.env;
if (!DATA_DIR || !process.send)
	throw new Error('gpu/worker.ts is started by the bot, with DATA_DIR and an IPC channel');

const device = readDevice(process.env);
const shelf = createShelf({
	folders: modelFolders(DATA_DIR, MODEL_DIR),
	preferred: preferredModels(DATA_DIR),
	textEncoder: TEXT_ENCODER || undefined,
	embeddings: PROMPT_EMBEDDINGS || undefined,
	embeddingsFolder: join(DATA_DIR, 'embeddings'),
	device,
	watermark: WATERMARK !== 'off',
	onLoaded: (models) => say({ type: 'loaded', models }),
});
const workshop: Workshop = {
	blobs: createLocalBlobStore(blobDirectory(DATA_DIR)),
	models: shelf,
	digits: createDigitShelf({ dataDir: DATA_DIR, device }),
	// The network is so small that any device other than the CPU would only wait for its next call.
	plane: { device: { ...device, provider: 'cpu' } },
};
/** The controllers that stop running jobs, by id. */
const running = new Map<string, AbortController>();

countBatches((counts) => say({ type: 'batches', counts }));

liveWithBot();
process.on('message', (message: ToWorker) => void answer(message));
void start();

async function start(): Promise<void> {
	let models: ModelList | undefined;
	try {
		models = await shelf.list();
		// The first job should not wait for the default model.
		const first = models.usable.find(({ stage }) => stage === 1);
		if (first) await shelf.use(first.name, async () => {});
	} catch (error) {
		// A damaged model fails only the jobs that name it; a missing device fails all.
		console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
		if (!(error instanceof ModelError)) process.exit(1);
	}
	say({ type: 'ready', models });
	setImmediate(loadSharp);
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

async function run(id: string, job: Job): Promise<WorkerJobEvent> {
	const stop = new AbortController();
	running.set(id, stop);
	try {
		const result = await runJob(job, workshop, { signal: stop.signal, onStep: reportSteps(id, say) });
		return { id, type: 'done', result };
	} catch (error) {
		if (stop.signal.aborted) return { id, type: 'cancelled' };
		const failure = failureOf(error);
		if (failure.fault === 'internal') say({ type: 'trouble', id, text: `a job failed: ${inspect(error)}` });
		return { id, type: 'failed', ...failure };
	} finally {
		running.delete(id);
	}
}

/** A bot that has just gone hears nothing; without the callback that would be an exception. */
function say(message: FromWorker): void {
	process.send?.(message, undefined, undefined, () => {});
}
