/** A JobRunner made from a waiting line, which decides whose turn it is, and an executor, which then runs the job. */
import { isShort, type Job } from '../jobs/index.ts';
import type { ExecutionEvent, Executor } from './executor.ts';
import type { FairWaiter, Place } from './fair.ts';
import { Listeners } from './listeners.ts';
import {
	DEFAULT_JOB_TIMEOUT_SECONDS,
	type JobEnd,
	type JobEvent,
	type JobRunner,
	RunnerError,
	SHUTTING_DOWN,
} from './runner.ts';
import type { LogLine } from './spawn.ts';
import { PATIENCE, TimeLimit } from './time-limit.ts';
import { WaitingLine } from './waiting-line.ts';

export interface QueuedRunnerOptions {
	/** Milliseconds from its start until a job fails, unless it should take long. Default: DEFAULT_JOB_TIMEOUT_SECONDS. */
	readonly jobTimeoutMs?: number;
	/** Receives a line for every listener that throws. Default: none. */
	readonly log?: LogLine;
}

interface Task extends FairWaiter {
	readonly job: Job;
	readonly isShort: boolean;
	/** Milliseconds from its start until it fails, unless its progress shows that it takes longer. */
	readonly limitMs: number;
	/** Ends its execution; absent until its turn has come. */
	stop?: AbortController;
	/** Set once the job was asked to stop: how it will end, whatever the executor still reports. */
	stopping?: JobEnd;
	/** As last told; absent while it runs. */
	place?: Place;
	/** Why it cannot run for now, whoever else does. */
	obstacle?: string;
	/** Why it is held up although its turn has come. */
	held?: string;
	/** Absent while it waits. */
	limit?: TimeLimit;
	/** How often the process that ran it has died; absent until it had to go back into the line. */
	deaths?: number;
	/** Changes only while it does not wait. */
	isBack?: boolean;
}

/** Starts the executor at once, so that the first job does not have to wait for it. */
export function createQueuedRunner(
	executor: Executor,
	{ jobTimeoutMs = 1000 * DEFAULT_JOB_TIMEOUT_SECONDS, log = () => {} }: QueuedRunnerOptions = {},
): JobRunner {
	const tasks = new Map<string, Task>();
	const listeners = new Listeners<JobEvent>(log);
	const waiting = new WaitingLine<Task>({
		slots: executor.slots,
		shortSlots: executor.shortSlots,
		turn: run,
		fits: (task) => task.obstacle === undefined && (executor.hasRoomFor?.(task) ?? true),
		isStuck: (task) => task.obstacle !== undefined,
		onMoved: (id, place) => {
			const task = tasks.get(id);
			if (!task) return;
			task.place = place;
			emitPlace(task);
		},
	});
	/** Events not yet delivered to the listeners. */
	const outbox: JobEvent[] = [];
	/** As those who wait were last told. */
	let standstill: string | undefined;
	let { obstacle } = executor;
	let closed = false;

	executor.onChange(adapt);
	executor.start();
	adapt();

	/** Delivers events in order, and never during the call that caused them. */
	function emit(event: JobEvent): void {
		if (outbox.push(event) > 1) return;
		queueMicrotask(() => {
			for (const sent of outbox.splice(0)) listeners.tell(sent, sent.id);
		});
	}

	/** Says where a job is, and why it stays there. */
	function emitPlace({ id, place, held, obstacle }: Task): void {
		if (!place) return;
		const { position, isSettled, isShort } = place;
		const facts = { ...(!isSettled && { mayGrow: true as const }), ...(isShort && { short: true as const }) };
		const reason = held ?? standstill ?? obstacle;
		emit({ id, type: 'queued', position, ...facts, ...(reason && { standstill: reason }) });
	}

	/** Opens the waiting line while the executor accepts jobs. Once it has given up, waiting jobs fail. */
	function adapt(): void {
		if (closed) return;
		tellReasons();
		if (executor.ready) waiting.open(executor.slots, executor.shortSlots);
		else waiting.pause();
		const { givenUp } = executor;
		if (givenUp) takeOut(({ id }) => ({ id, type: 'failed', fault: 'internal', message: givenUp }));
	}

	/** Tells those who wait why they do, if that has changed. */
	function tellReasons(): void {
		if (executor.standstill === standstill && executor.obstacle === obstacle) return;
		const isNew = executor.standstill !== standstill;
		({ standstill, obstacle } = executor);
		for (const task of tasks.values()) {
			const before = task.obstacle;
			task.obstacle = obstacle?.(task.job);
			if (isNew || task.obstacle !== before) emitPlace(task);
		}
	}

	function takeOut(endOf: (task: Task) => JobEnd): void {
		for (const task of [...tasks.values()]) if (waiting.leave(task.id)) over(task, endOf(task));
	}

	/** A job's turn. */
	async function run(task: Task): Promise<void> {
		const { id, job, isShort, limitMs, deaths } = task;
		const next = { position: 0, isSettled: true, isShort };
		task.place = next;
		task.isBack = false;
		const onReturn = (count: number) => {
			task.isBack = true;
			task.deaths = count;
		};
		task.stop = new AbortController();
		const { signal } = task.stop;
		const end = await executor.run({ id, job, isShort, signal, tell, deaths, onReturn });
		if (!task.isBack || task.stopping || closed) return over(task, task.stopping ?? end);
		waiting.join(task);
		adapt();

		function tell(event: ExecutionEvent): void {
			if (task.stopping) return;
			if (event.type === 'progress') task.limit?.progress(event.done, event.total);
			else {
				const runs = event.type === 'started';
				task.limit?.clear();
				task.limit = runs ? new TimeLimit(limitMs, (ms) => stop(task, timedOut(id, ms))) : undefined;
				task.place = runs ? undefined : next;
				task.held = event.type === 'interrupted' ? event.reason : undefined;
			}
			if (event.type === 'interrupted') emitPlace(task);
			else emit(event);
		}
	}

	function stop(task: Task, end: JobEnd): void {
		if (task.stopping) return;
		task.stopping = end;
		task.stop?.abort();
	}

	function over(task: Task, end: JobEnd): void {
		task.limit?.clear();
		tasks.delete(task.id);
		emit(end);
	}

	return {
		async submit(job, { id, owner, maxRunning, expectedMs }) {
			if (closed) throw new RunnerError(SHUTTING_DOWN);
			if (tasks.has(id)) throw new Error(`submit: the id ${id} is in use`);
			executor.start();
			if (executor.givenUp) throw new RunnerError(executor.givenUp);
			const limitMs = Math.max(jobTimeoutMs, PATIENCE * (expectedMs ?? 0));
			const task: Task = { id, owner, maxRunning, job, isShort: isShort(job, expectedMs), limitMs };
			task.obstacle = obstacle?.(job);
			tasks.set(id, task);
			waiting.join(task);
		},

		async cancel(id) {
			const task = tasks.get(id);
			if (!task || task.stopping) return false;
			const cancelled = { id, type: 'cancelled' } as const;
			if (waiting.leave(id)) over(task, cancelled);
			else stop(task, cancelled);
			return true;
		},

		capacity: () => ({ slots: executor.slots, shortSlots: executor.shortSlots }),

		onEvent: (listener) => listeners.add(listener),

		async models() {
			if (closed) throw new RunnerError(SHUTTING_DOWN);
			return executor.models();
		},

		devices: async () => executor.devices(),

		async close() {
			closed = true;
			waiting.pause();
			takeOut(({ id }) => ({ id, type: 'cancelled' }));
			await executor.close();
		},
	};
}

function timedOut(id: string, limitMs: number): JobEnd {
	const limit = limitMs >= 60_000 ? `${+(limitMs / 60_000).toFixed(1)} min` : `${limitMs / 1000} s`;
	const message = `Stopped at the time limit of ${limit}; ask for fewer steps or fewer pictures.`;
	return { id, type: 'failed', fault: 'user', message };
}
