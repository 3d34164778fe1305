/** A reader's main loop: it answers questions, and kills itself if it uses more than READER_MEMORY MiB. */
import { Worker } from 'node:worker_threads';
import { ModelError, UserError } from '../../gpu/jobs/index.ts';
import { type FromReader, OUT_OF_MEMORY, type TaskName, type Tasks, type ToReader } from './reader-protocol.ts';

export type TaskTable = {
	readonly [T in TaskName]: (given: Tasks[T]['given'], signal: AbortSignal) => Promise<Tasks[T]['answer']>;
};

type Question = Extract<ToReader, { type: 'question' }>;

/** Answers questions with these tasks until the bot is gone. */
export function listen(tasks: TaskTable): void {
	watchMemory(Number(process.env.READER_MEMORY) * 2 ** 20);
	// Without the bot there is nobody to read for, and an orderly exit would wait for the picture that is being decoded.
	process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.on('message', (message: ToReader) => {
		if (message.type === 'question') void answer(tasks, message);
		else open.get(message.id)?.abort();
	});
}

/** How often memory use is checked: what is allocated in between must still fit in the machine. */
const WATCH_MS = 20;

/** Runs in its own thread, because reading a file may keep this one busy. */
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

async function answer(tasks: TaskTable, { id, task, given }: Question): Promise<void> {
	const leaving = new AbortController();
	open.set(id, leaving);
	try {
		const work = tasks[task] as (given: unknown, signal: AbortSignal) => Promise<unknown>;
		say({ id, answer: await work(given, leaving.signal) });
	} catch (error) {
		if (error instanceof UserError) say({ id, refusal: error.message });
		else if (error instanceof ModelError) say({ id, refusal: `${error.message}.` });
		else say({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
	} finally {
		open.delete(id);
	}
}

function say(message: FromReader): void {
	process.send?.(message);
}
