/**
 * Entry of the training process: trains one run (its argument) from wherever that stands, then ends. Started by
 * gpu/queue/local-training-runner.ts, talks over IPC.
 *
 * Environment: DATA_DIR (required), MNIST_DIR (the four files of MNIST; default: those of the package), CHECKPOINT_SECONDS
 * (what a crash may cost; default 180), TRAINING_NICE (0..19: steps of priority behind the bot, 19 = only when nobody else
 * calculates; default as of queue/training-share.ts), DEVICES and THREADS as of gpu/worker.ts.
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

// Whoever asks for a picture meanwhile goes before it, and never quite stops it (bench/beside.ts). Linux keeps a priority for each thread, and those that
// calculate are started later, by this one; macOS and Windows keep one for all of the process. A GPU knows no such order.
setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + Number(TRAINING_NICE)));

const end = new AbortController();
// Without its bot nobody would see it train; the next bot lets it go on.
process.on('disconnect', () => end.abort(PAUSE));
// Ctrl+C reaches every process of a terminal; when to end is the bot's decision.
process.on('SIGINT', () => {});
// A supervisor may tell every process of a service to end.
process.on('SIGTERM', () => end.abort(PAUSE));
process.on('message', ({ type }: ToTrainingProcess) => end.abort(type === 'pause' ? PAUSE : 'stop'));

const unlock = await lockRun(DATA_DIR, id, end.signal);
// Told to end before it had its run, it has nothing to tell of that.
const ended = unlock && (await run(DATA_DIR, id));
if (ended) await say(ended);
unlock?.();
process.exit();

/** How it ended; undefined when it is to go on with the next process. */
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

/** Resolves when the message is on its way; a bot that is gone hears nothing. */
function say(message: FromTrainingProcess): Promise<void> {
	return new Promise((resolve) => {
		if (!process.connected) return resolve();
		process.send?.(message, undefined, undefined, () => resolve());
	});
}
