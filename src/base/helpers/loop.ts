/** A helper's main loop: it answers questions, and kills itself if it uses more than HELPER_MEMORY MiB. */
import { Worker } from 'node:worker_threads';
import { ModelError, UserError } from '../../../gpu/jobs/index.ts';
import { type FromHelper, OUT_OF_MEMORY, type TaskTypes, type ToHelper } from './protocol.ts';

export type TaskTable<T extends TaskTypes<T>> = {
	readonly [K in keyof T]: (given: T[K]['given'], signal: AbortSignal) => Promise<T[K]['answer']>;
};

type Work = (given: unknown, signal: AbortSignal) => Promise<unknown>;

type Question = Extract<ToHelper, { type: 'question' }>;

/** Answers questions with these tasks until the bot is gone. */
export function listen<T extends TaskTypes<T>>(tasks: TaskTable<T>): void {
	watchMemory(Number(process.env.HELPER_MEMORY) * 2 ** 20);
	// Without the bot there is nobody to work for, and an orderly exit would wait for the task that is under way.
	process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.on('message', (message: ToHelper) => {
		if (message.type === 'question') void answer(tasks as Readonly<Record<string, Work>>, message);
		else open.get(message.id)?.abort();
	});
}

/** How often memory use is checked: what is allocated in between must still fit in the machine. */
const WATCH_MS = 20;

/** Runs in its own thread, because a task may keep this one busy. */
function watchMemory(maxBytes: number): void {
	const watch = `
		const { writeSync } = require('node:fs');
		const { workerData } = require('node:worker_threads');
		setInterval(() => {
			if (process.memoryUsage.rss() <= workerData.maxBytes) return;
			writeSync(2, workerData.lastWords + '\\n');
			process.kill(process.pid, 'SIGKILL');
		}, workerData.everyMs);
	`;
	const workerData = { maxBytes, everyMs: WATCH_MS, lastWords: OUT_OF_MEMORY };
	new Worker(watch, { eval: true, execArgv: [], env: {}, workerData }).unref();
}

/** Questions that have not been answered yet. */
const open = new Map<number, AbortController>();

async function answer(tasks: Readonly<Record<string, Work>>, { id, task, given }: Question): Promise<void> {
	const leaving = new AbortController();
	open.set(id, leaving);
	try {
		say({ id, answer: await tasks[task](given, leaving.signal) });
	} catch (error) {
		if (error instanceof UserError) say({ id, refusal: error.message });
		else if (error instanceof ModelError) say({ id, refusal: `${error.message}.` });
		else say({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
	} finally {
		open.delete(id);
	}
}

function say(message: FromHelper): void {
	process.send?.(message);
}
