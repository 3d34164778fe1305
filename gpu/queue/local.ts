/** The JobRunner of a single machine: p-queue in the bot process feeds one worker process. */
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import type { Job } from '../jobs.ts';
import { createChild } from './child.ts';
import { type FairOptions, FairQueue } from './fair.ts';
import type { FromWorker } from './protocol.ts';
import { type JobEvent, type JobRunner, type ModelList, RunnerError } from './runner.ts';
import type { LogLine } from './spawn.ts';

export interface LocalRunnerOptions {
	/** Jobs that run at the same time, at least 1. The networks batch what they have in common. */
	readonly concurrency: number;
	/** Milliseconds from its start after which a job fails. Default: 10 minutes. */
	readonly jobTimeoutMs?: number;
	/** Milliseconds that a worker has to obey a cancel before it is killed. Default: 10 seconds. */
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

const SHUTTING_DOWN = 'The bot is shutting down.';

/** Runs that a job gets when the worker dies under it. */
const ATTEMPTS = 2;

/** The end of a job. */
type End = Extract<JobEvent, { type: 'done' | 'failed' | 'cancelled' }>;

interface Task {
	readonly id: string;
	readonly job: Job;
	readonly owner: string;
	/** Takes a waiting job out of the line. */
	readonly leave: AbortController;
	/** Gives the place of a running job back. Absent while it waits. */
	release?: () => void;
	/** The position that was reported last. */
	position?: number;
	/** Whether the present worker knows the job. */
	sent: boolean;
	deaths: number;
	/** Set when the job was told to stop: how it will end, whatever the worker still says. */
	stopping?: End;
	timers: NodeJS.Timeout[];
}

/** Starts the worker at once, so that the first job need not wait for it. */
export function createLocalRunner(options: LocalRunnerOptions): JobRunner {
	const { concurrency, jobTimeoutMs = 600_000, cancelGraceMs = 10_000, startTimeoutMs = 300_000, dataDir } = options;
	const log = options.log ?? (() => {});
	const tasks = new Map<string, Task>();
	const listeners = new Set<(event: JobEvent) => void>();
	const askedForModels: { resolve(models: ModelList): void; reject(error: Error): void }[] = [];
	/** The last answer, given at once to whoever asks: a worker inside a network call may be deaf for seconds. */
	let knownModels: ModelList | undefined;
	let closed = false;
	let outbox: JobEvent[] = [];
	let flushing = false;

	let line!: FairQueue;
	// Paused whenever no worker is ready: until then jobs wait, keep their position and can be cancelled.
	const queue = new PQueue<FairQueue, FairOptions>({
		concurrency,
		autoStart: false,
		queueClass: class extends FairQueue {
			constructor() {
				super(concurrency);
				line = this; // p-queue makes its own instance, and positions are read from it
			}
		},
	});

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
	child.start();

	/** Events leave in order and never during the call that caused them. */
	function emit(event: JobEvent): void {
		outbox.push(event);
		flushSoon();
	}

	function flushSoon(): void {
		if (flushing) return;
		flushing = true;
		queueMicrotask(() => {
			flushing = false;
			reportPositions();
			const events = outbox;
			outbox = [];
			for (const event of events) for (const listener of listeners) deliver(listener, event);
		});
	}

	function deliver(listener: (event: JobEvent) => void, event: JobEvent): void {
		try {
			listener(event);
		} catch (error) {
			log(`a listener failed on ${event.type} of ${event.id}: ${error instanceof Error ? error.stack : error}`, 'warn');
		}
	}

	function reportPositions(): void {
		line.ids().forEach((id, position) => {
			const task = tasks.get(id);
			if (!task || task.position === position) return;
			task.position = position;
			outbox.push({ id, type: 'queued', position });
		});
	}

	/** Runs when p-queue gives the job its place; the place is kept until the returned promise resolves. */
	function begin(task: Task): Promise<void> {
		return new Promise((resolve) => {
			task.release = resolve;
			emit({ id: task.id, type: 'started' });
			task.timers.push(setTimeout(() => stop(task, timedOut(task.id, jobTimeoutMs)), jobTimeoutMs));
			hand(task);
		});
	}

	function hand(task: Task): void {
		child.send({ type: 'run', id: task.id, job: task.job });
		task.sent = true;
	}

	function finish(task: Task, end: End): void {
		task.timers.forEach(clearTimeout);
		tasks.delete(task.id);
		emit(end);
		if (task.release) {
			line.ended(task.owner);
			task.release();
		} else task.leave.abort();
	}

	function stop(task: Task, end: End): void {
		if (task.stopping) return;
		if (!task.sent) {
			finish(task, end);
			return;
		}
		task.stopping = end;
		child.send({ type: 'cancel', id: task.id });
		task.timers.push(setTimeout(() => child.kill(), cancelGraceMs));
	}

	function onReady(): void {
		for (const task of tasks.values()) if (task.release) hand(task);
		if (askedForModels.length > 0) child.send({ type: 'models' });
		queue.start();
	}

	function onMessage(message: Exclude<FromWorker, { type: 'ready' }>): void {
		if (message.type === 'models') {
			const known = new Set(knownModels?.damaged.map(({ damage }) => damage));
			for (const { name, damage } of message.models.damaged) {
				if (!known.has(damage)) log(`the model ${name} cannot be used: ${damage}`, 'warn');
			}
			knownModels = message.models;
			for (const { resolve } of askedForModels.splice(0)) resolve(knownModels);
			return;
		}
		const task = tasks.get(message.id);
		if (!task) return;
		if (message.type !== 'progress') {
			child.healthy();
			finish(task, task.stopping ?? message);
		} else if (!task.stopping) {
			emit(message);
		}
	}

	function onDeath(intended: boolean): void {
		queue.pause();
		for (const task of [...tasks.values()].filter(({ sent }) => sent)) {
			task.sent = false;
			if (!intended) task.deaths++;
			if (task.stopping) finish(task, task.stopping);
			else if (task.deaths >= ATTEMPTS) finish(task, diedTwice(task.id));
		}
	}

	function onGivenUp(reason: string): void {
		for (const { reject } of askedForModels.splice(0)) reject(new RunnerError(reason));
		for (const task of [...tasks.values()]) finish(task, cannotStart(task.id, reason));
	}

	return {
		async submit(job, { id, owner, maxRunning }) {
			if (closed) throw new RunnerError(SHUTTING_DOWN);
			if (tasks.has(id)) throw new Error(`submit: the id ${id} is in use`);
			child.start();
			if (child.givenUp) throw new RunnerError(child.givenUp);
			const task: Task = { id, job, owner, leave: new AbortController(), sent: false, deaths: 0, timers: [] };
			tasks.set(id, task);
			// It rejects when the job leaves the line, of which finish() has already told.
			queue.add(() => begin(task), { id, owner, maxRunning, signal: task.leave.signal }).catch(() => {});
			flushSoon();
		},

		async cancel(id) {
			const task = tasks.get(id);
			if (!task || task.stopping) return false;
			stop(task, { id, type: 'cancelled' });
			return true;
		},

		onEvent(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},

		models() {
			return new Promise((resolve, reject) => {
				if (closed) return reject(new RunnerError(SHUTTING_DOWN));
				child.start();
				if (child.ready) child.send({ type: 'models' });
				if (knownModels) resolve(knownModels);
				else if (child.givenUp) reject(new RunnerError(child.givenUp));
				else askedForModels.push({ resolve, reject });
			});
		},

		async close() {
			closed = true;
			queue.pause();
			for (const task of [...tasks.values()]) finish(task, task.stopping ?? { id: task.id, type: 'cancelled' });
			for (const { reject } of askedForModels.splice(0)) reject(new RunnerError(SHUTTING_DOWN));
			await child.close();
		},
	};
}

function timedOut(id: string, limitMs: number): End {
	const limit = limitMs >= 60_000 ? `${+(limitMs / 60_000).toFixed(1)} min` : `${limitMs / 1000} s`;
	const message = `Stopped at the time limit of ${limit}; ask for fewer steps or fewer pictures.`;
	return { id, type: 'failed', fault: 'user', message };
}

function diedTwice(id: string): End {
	const message = 'The inference process died twice over this job, so it was given up; the log of the bot says more.';
	return { id, type: 'failed', fault: 'internal', message };
}

function cannotStart(id: string, reason: string): End {
	return { id, type: 'failed', fault: 'internal', message: reason };
}
