/**
 * Entry of the training process: trains one run (its argument) from wherever it is, then ends.
 * gpu/queue/local-training-runner.ts starts it and communicates over IPC.
 *
 * Environment: DATA_DIR (required), MNIST_DIR (MNIST's four files; default: the package's), CHECKPOINT_SECONDS (what a crash
 * may cost; default 180), TRAINING_NICE (0..19: steps of priority below the bot, 19 = only when nothing else runs; default:
 * see queue/training-share.ts), DEVICES and THREADS as in gpu/worker.ts.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { ModelError, UserError } from './errors.ts';
import { lockRun } from './queue/training-locks.ts';
import type { FromTrainingProcess, ToTrainingProcess } from './queue/training-protocol.ts';
import { STEPS_BEHIND } from './queue/training-share.ts';
import { loadMnist } from './training/mnist.ts';
import { readRun, readSummary, runFolder, writeStatus } from './training/runs.ts';
import { PAUSE, train } from './training/train.ts';
import { readDevice } from './worker/device.ts';

const { DATA_DIR, MNIST_DIR, CHECKPOINT_SECONDS, TRAINING_NICE = STEPS_BEHIND } = process.env;
const [id] = process.argv.slice(2);
if (!DATA_DIR || !id || !process.send) {
	throw new Error('gpu/training-process.ts is started by the bot, with DATA_DIR, a run and an IPC channel');
}

// Requests for pictures take precedence, but never quite stop it (bench/beside.ts). Linux keeps a priority per thread, and the
// threads that compute are started later, by this one; macOS and Windows keep one per process. A GPU has no priorities.
setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + Number(TRAINING_NICE)));

const end = new AbortController();
// Without its bot nobody would see it train; the next bot resumes it.
process.on('disconnect', () => end.abort(PAUSE));
// Ctrl+C reaches every process of a terminal; the bot decides when to end.
process.on('SIGINT', () => {});
// A supervisor may tell every process of a service to end.
process.on('SIGTERM', () => end.abort(PAUSE));
process.on('message', ({ type }: ToTrainingProcess) => end.abort(type === 'pause' ? PAUSE : 'stop'));

const unlock = await lockRun(DATA_DIR, id, end.signal);
// If it was asked to end before it had its run, there is nothing to report.
const ended = unlock && (await run(DATA_DIR, id));
if (ended) await say(ended);
unlock?.();
process.exit();

/** How the training ended; undefined if the next process should resume it. */
async function run(dataDir: string, run: string): Promise<FromTrainingProcess | undefined> {
	try {
		const { plan } = await readRun(dataDir, run);
		const digits = await loadMnist('train', MNIST_DIR || undefined);
		const device = readDevice(process.env);
		const ended = await train({
			folder: runFolder(dataDir, run),
			plan,
			digits,
			device,
			checkpointSeconds: Number(CHECKPOINT_SECONDS) || undefined,
			signal: end.signal,
			onEvent: (event) => void say(event),
		});
		return ended === 'stopped' && end.signal.reason === PAUSE ? undefined : { type: ended };
	} catch (error) {
		if (!(error instanceof UserError || error instanceof ModelError)) throw error;
		const { message } = error;
		const failed = { ...(await readSummary(dataDir, run)).status, state: 'failed', message } as const;
		await writeStatus(runFolder(dataDir, run), failed).catch((cause: unknown) => console.error(cause)); // a full disk
		return { type: 'failed', message, fault: error instanceof UserError ? 'user' : 'internal' };
	}
}

/** Resolves once the message is sent; does nothing if the bot is gone. */
function say(message: FromTrainingProcess): Promise<void> {
	return new Promise((resolve) => {
		if (!process.connected) return resolve();
		process.send?.(message, undefined, undefined, () => resolve());
	});
}
