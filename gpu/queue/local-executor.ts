/** The executor of a single machine: one worker process. */
import { fileURLToPath } from 'node:url';
import { createChild } from './child.ts';
import type { Execution, Executor } from './executor.ts';
import type { FromWorker } from './protocol.ts';
import { type JobEnd, type ModelList, RunnerError, SHORT_SLOTS, SHUTTING_DOWN } from './runner.ts';
import type { LogLine } from './spawn.ts';

export interface LocalExecutorOptions {
	/** Jobs that run at the same time, at least 1; a short one besides. The networks batch what they have in common. */
	readonly concurrency: number;
	/**
	 * Milliseconds that a worker has to obey a cancel before it is killed, where it works for nobody else. Default: 30 seconds,
	 * for it hears nothing during an evaluation, and one of stage II takes 15 on a CPU.
	 */
	readonly cancelGraceMs?: number;
	/** Milliseconds that a worker has to become ready. Default: 5 minutes, for models of many gigabytes. */
	readonly startTimeoutMs?: number;
	/** Where the bot writes; blobs are shared with the worker in `blobs` below it. */
	readonly dataDir: string;
	/** The worker's entry (default: gpu/worker.ts), its arguments, and what its environment has besides the bot's. */
	readonly worker?: {
		readonly entry?: string;
		readonly args?: readonly string[];
		readonly env?: Readonly<Record<string, string>>;
	};
	/** Gets one line for everything that the worker prints and that happens to it. Default: nobody does. */
	readonly log?: LogLine;
}

/** Runs that a job gets when the worker dies under it. */
const ATTEMPTS = 2;

/** A worker that says nothing for so many times the grace of a cancel will not say anything any more. */
const HUNG = 20;

interface RunningJob extends Execution {
	readonly resolve: (end: JobEnd) => void;
	/** Whether the present worker knows the job. */
	sent: boolean;
	deaths: number;
	/** Once it was cancelled. */
	grace?: NodeJS.Timeout;
	/** Its grace is over. */
	isOverdue?: true;
}

export function createLocalExecutor(options: LocalExecutorOptions): Executor {
	const { concurrency, cancelGraceMs = 30_000, startTimeoutMs = 300_000, dataDir, log = () => {} } = options;
	const running = new Map<string, RunningJob>();
	const listeners = new Set<() => void>();
	const askedForModels: { resolve(models: ModelList): void; reject(error: Error): void }[] = [];
	/** When the worker said anything. */
	let lastHeard = 0;
	/** The last answer, given at once to whoever asks: a worker inside a network call may be deaf for seconds. */
	let knownModels: ModelList | undefined;

	const child = createChild(
		{
			entry: options.worker?.entry ?? fileURLToPath(new URL('../worker.ts', import.meta.url)),
			args: options.worker?.args,
			env: { DATA_DIR: dataDir, ...options.worker?.env },
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
		task.sent = true;
	}

	function finish(task: RunningJob, end: JobEnd): void {
		clearInterval(task.grace);
		running.delete(task.id);
		task.resolve(end);
		killIfDeaf();
	}

	function stop(task: RunningJob): void {
		if (running.get(task.id) !== task) return; // it was just over
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

	/** Kills a worker that does not obey; not while it works for others, whose jobs would begin anew, unless it hangs. */
	function killIfDeaf(): void {
		const sent = [...running.values()].filter((task) => task.sent);
		const others = sent.filter(({ isOverdue }) => !isOverdue);
		const hangs = Date.now() - lastHeard > HUNG * cancelGraceMs;
		if (others.length < sent.length && (others.length === 0 || hangs)) child.kill();
	}

	function onReady(): void {
		lastHeard = Date.now();
		for (const task of running.values()) hand(task);
		if (askedForModels.length > 0) child.send({ type: 'models' });
		changed();
	}

	function onMessage(message: Exclude<FromWorker, { type: 'ready' }>): void {
		lastHeard = Date.now();
		if (message.type === 'models') {
			onModels(message.models);
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

	function onModels(models: ModelList): void {
		const known = new Set(knownModels?.damaged.map(({ damage }) => damage));
		for (const { name, damage } of models.damaged) {
			if (!known.has(damage)) log(`the model ${name} cannot be used: ${damage}`, 'warn');
		}
		knownModels = models;
		for (const { resolve } of askedForModels.splice(0)) resolve(models);
	}

	function onDeath(intended: boolean): void {
		const lost = [...running.values()].filter(({ sent }) => sent);
		for (const task of lost) task.sent = false;
		for (const task of lost) {
			if (!intended) task.deaths++;
			if (task.signal.aborted) finish(task, cancelled(task));
			else if (task.deaths >= ATTEMPTS) finish(task, diedTwice(task));
		}
		changed();
	}

	function onGivenUp(reason: string): void {
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
				task.tell({ id: task.id, type: 'started' });
				task.signal.addEventListener('abort', () => stop(task));
				if (child.ready) hand(task);
			});
		},

		models() {
			return new Promise((resolve, reject) => {
				child.start();
				if (child.ready) child.send({ type: 'models' });
				if (knownModels) resolve(knownModels);
				else if (child.givenUp) reject(new RunnerError(child.givenUp));
				else askedForModels.push({ resolve, reject });
			});
		},

		async close() {
			for (const task of [...running.values()]) finish(task, cancelled(task));
			refuseModels(SHUTTING_DOWN);
			await child.close();
		},
	};
}

const cancelled = ({ id }: Execution): JobEnd => ({ id, type: 'cancelled' });

function diedTwice({ id }: Execution): JobEnd {
	const message = 'The inference process died twice over this job, so it was given up; the log of the bot says more.';
	return { id, type: 'failed', fault: 'internal', message };
}
