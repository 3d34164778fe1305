/** The executor of a single device: one worker process. */
import { fileURLToPath } from 'node:url';
import type { DeviceName } from '../device.ts';
import { createChild } from './child.ts';
import { deviceEnvironment } from './device-environment.ts';
import { ATTEMPTS, cancelled, type Execution, type Executor } from './executor.ts';
import type { FromWorker } from './protocol.ts';
import { type JobEnd, type ModelList, RunnerError, SHORT_SLOTS, SHUTTING_DOWN } from './runner.ts';
import type { LogLine } from './spawn.ts';

export interface LocalExecutorOptions {
	/** How many jobs run at the same time, at least 1, in addition to one short job. They share batches in the networks. */
	readonly concurrency: number;
	/** Where the networks run, as DEVICES names it. Default: cpu. */
	readonly device?: DeviceName;
	/**
	 * Milliseconds that a worker has to obey a cancel before it is killed, unless it is working for others too. Default: 30
	 * seconds, because it receives nothing during an evaluation, and one of stage II takes 15 on a CPU.
	 */
	readonly cancelGraceMs?: number;
	/** Milliseconds that a worker has to become ready. Default: 5 minutes, for models of many gigabytes. */
	readonly startTimeoutMs?: number;
	/** The bot's data directory; it shares blobs with the worker in `blobs` there. */
	readonly dataDir: string;
	/** The worker's entry (default: gpu/worker.ts), its arguments, and additions to the bot's environment. */
	readonly worker?: {
		readonly entry?: string;
		readonly args?: readonly string[];
		readonly env?: Readonly<Record<string, string>>;
	};
	/** Receives a line for everything that the worker prints and that happens to it. Default: none. */
	readonly log?: LogLine;
}

/** A worker that is silent for this many times the grace period of a cancel counts as hung. */
const HUNG = 20;

/** How long questions about the models are gathered, in milliseconds: to ask costs more than anything else in taking a job. */
const GATHER_MS = 100;

interface RunningJob extends Execution {
	readonly resolve: (end: JobEnd) => void;
	/** Whether the current worker has received the job. */
	sent: boolean;
	deaths: number;
	/** The timer of its grace period, once it was cancelled. */
	grace?: NodeJS.Timeout;
	/** Set once its grace period has ended. */
	isOverdue?: true;
}

export function createLocalExecutor(options: LocalExecutorOptions): Executor {
	const { concurrency, device = 'cpu', dataDir, log = () => {} } = options;
	const { cancelGraceMs = 30_000, startTimeoutMs = 300_000 } = options;
	const running = new Map<string, RunningJob>();
	const listeners = new Set<() => void>();
	const askedForModels: { resolve(models: ModelList): void; reject(error: Error): void }[] = [];
	/** Whether the models will be asked for again in a moment, on behalf of all who want to know until then. */
	let isGathering = false;
	/** When the worker last sent anything. */
	let lastHeard = 0;
	/** The last answer, returned at once to callers: a worker inside a network call may not respond for seconds. */
	let knownModels: ModelList | undefined;
	/** Names of the models that the worker has loaded. */
	let loaded: readonly string[] = [];
	/** How many batches of each size its networks have run, in all of its processes. */
	const batches: Record<string, number> = {};
	/** Why it was given up; stays until a worker is ready again, which may be tried much later. */
	let problem: string | undefined;

	const child = createChild(
		{
			entry: options.worker?.entry ?? fileURLToPath(new URL('../worker.ts', import.meta.url)),
			args: options.worker?.args,
			env: { DATA_DIR: dataDir, ...deviceEnvironment(device, dataDir), ...options.worker?.env },
			startTimeoutMs,
			log,
		},
		{ onReady, onMessage, onDeath, onGivenUp },
	);

	function changed(): void {
		for (const listener of listeners) listener();
	}

	function hand(task: RunningJob): void {
		child.send({ type: 'run', id: task.id, job: task.job });
		log(`a job started: ${task.job.kind} with ${task.job.model}`, 'info', { request: task.id });
		task.sent = true;
		task.tell({ id: task.id, type: 'started' });
	}

	function finish(task: RunningJob, end: JobEnd): void {
		clearInterval(task.grace);
		running.delete(task.id);
		task.resolve(end);
		killIfDeaf();
	}

	function stop(task: RunningJob): void {
		if (running.get(task.id) !== task) return; // it has just ended
		if (!task.sent) {
			finish(task, cancelled(task));
			return;
		}
		child.send({ type: 'cancel', id: task.id });
		task.grace = setInterval(() => {
			task.isOverdue = true;
			killIfDeaf();
		}, cancelGraceMs);
	}

	/** Kills a worker that does not obey, but not while it works for others, whose jobs would start over, unless it hangs. */
	function killIfDeaf(): void {
		const sent = [...running.values()].filter((task) => task.sent);
		const others = sent.filter(({ isOverdue }) => !isOverdue);
		const hangs = Date.now() - lastHeard > HUNG * cancelGraceMs;
		if (others.length < sent.length && (others.length === 0 || hangs)) child.kill();
	}

	function onReady({ models }: Extract<FromWorker, { type: 'ready' }>): void {
		lastHeard = Date.now();
		problem = undefined;
		for (const task of running.values()) hand(task);
		if (models) onModels(models);
		else if (askedForModels.length > 0) askForModels();
		changed();
	}

	function onMessage(message: Exclude<FromWorker, { type: 'ready' }>): void {
		lastHeard = Date.now();
		if (message.type === 'models') {
			onModels(message.models);
			return;
		}
		if (message.type === 'loaded') {
			loaded = message.models;
			return;
		}
		if (message.type === 'batches') {
			for (const [size, count] of Object.entries(message.counts)) batches[size] = (batches[size] ?? 0) + count;
			return;
		}
		if (message.type === 'trouble') {
			log(message.text, 'warn', { request: message.id });
			return;
		}
		const task = running.get(message.id);
		if (!task) return;
		if (message.type === 'progress') task.tell(message);
		else {
			child.healthy();
			finish(task, message);
		}
	}

	function askForModels(): void {
		if (child.ready) child.send({ type: 'models' });
	}

	function askAgain(): void {
		isGathering = false;
		askForModels();
	}

	function onModels(models: ModelList): void {
		const known = new Set(knownModels?.damaged.map(({ damage }) => damage));
		for (const { name, damage } of models.damaged) {
			if (!known.has(damage)) log(`the model ${name} cannot be used: ${damage}`, 'warn');
		}
		knownModels = models;
		for (const { resolve } of askedForModels.splice(0)) resolve(models);
	}

	function onDeath(intended: boolean): void {
		loaded = [];
		const lost = [...running.values()].filter(({ sent }) => sent);
		for (const task of lost) task.sent = false;
		for (const task of lost) {
			if (!intended) task.deaths++;
			log('the process of a job died', 'warn', { request: task.id });
			if (!intended) task.onDeath?.();
			if (task.signal.aborted) finish(task, cancelled(task));
			else if (task.deaths >= (task.onDeath ? 1 : ATTEMPTS)) finish(task, diedTwice(task));
			else task.tell({ id: task.id, type: 'interrupted' });
		}
		changed();
	}

	function onGivenUp(reason: string): void {
		loaded = [];
		problem = reason;
		refuseModels(reason);
		for (const task of [...running.values()]) {
			finish(task, { id: task.id, type: 'failed', fault: 'internal', message: reason });
		}
		changed();
	}

	function refuseModels(reason: string): void {
		for (const { reject } of askedForModels.splice(0)) reject(new RunnerError(reason));
	}

	return {
		slots: concurrency,
		shortSlots: SHORT_SLOTS,

		get ready() {
			return child.ready;
		},

		get givenUp() {
			return child.givenUp;
		},

		onChange: (listener) => void listeners.add(listener),

		start: () => child.start(),

		run(execution) {
			return new Promise((resolve) => {
				const task: RunningJob = { ...execution, resolve, sent: false, deaths: 0 };
				running.set(task.id, task);
				task.signal.addEventListener('abort', () => stop(task));
				if (child.ready) hand(task);
			});
		},

		models() {
			return new Promise((resolve, reject) => {
				child.start();
				if (knownModels) {
					if (!isGathering) setTimeout(askAgain, GATHER_MS).unref();
					isGathering = true;
					resolve(knownModels);
					return;
				}
				askForModels();
				if (child.givenUp) reject(new RunnerError(child.givenUp));
				else askedForModels.push({ resolve, reject });
			});
		},

		devices() {
			const usual = [...running.values()].filter(({ isShort }) => !isShort);
			const more = { ...(Object.keys(batches).length > 0 && { batches }), ...(problem && { problem }) };
			return [{ device, slots: concurrency, running: usual.length, loaded, ...more }];
		},

		async close() {
			for (const task of [...running.values()]) finish(task, cancelled(task));
			refuseModels(SHUTTING_DOWN);
			await child.close();
		},
	};
}

function diedTwice({ id }: Execution): JobEnd {
	const message =
		"The inference process died twice while running this job, so the job was given up; the bot's log says more.";
	return { id, type: 'failed', fault: 'internal', message };
}
