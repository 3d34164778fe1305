/** A session in a thread of its own, which leaves this one free while it calculates. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type * as ort from 'onnxruntime-node';
import type { Tensor } from '../tensor/tensor.ts';
import { type Feed, type LoadedGraph, ortOptions, type SessionOptions } from './session.ts';

/** What the thread starts with. */
export interface ThreadData {
	/** The bytes of toModel. */
	readonly model: Uint8Array;
	readonly options: ort.InferenceSession.SessionOptions;
}

/** Feeds for a run, without those that are the same as for the last one. */
export type ToThread = Readonly<Record<string, Feed>> | 'close';

/** Answers come in the order of the questions; 'ready' is the first. */
type FromThread = 'ready' | { readonly outputs: [name: string, output: Tensor][] } | { readonly error: unknown };

/** As openSession, in another thread. Feeds are copied to it, except those that are the same objects as in the run before. */
export async function openThreadedSession(model: Uint8Array, options: SessionOptions): Promise<LoadedGraph> {
	const thread = new Worker(new URL('session-thread.mjs', import.meta.url), {
		workerData: { model, options: ortOptions(options) } satisfies ThreadData,
		execArgv: [], // it needs nobody to compile for it
	});
	const sent = new Map<string, Feed>();
	const waiting: { resolve(answer: FromThread): void; reject(error: unknown): void }[] = [];
	/** Why it can answer nothing any more. */
	let ended: { readonly error: unknown } | undefined;
	const end = (error: unknown) => {
		ended ??= { error };
		for (const { reject } of waiting.splice(0)) reject(ended.error);
	};
	thread.on('message', (answer: FromThread) => waiting.shift()?.resolve(answer));
	thread.on('error', end);
	thread.on('exit', () => end(new Error('the thread of a session has ended')));
	/** The next answer. Only while somebody waits does the thread keep the process alive. */
	const answer = async () => {
		if (ended) throw ended.error;
		thread.ref();
		try {
			return await new Promise<FromThread>((resolve, reject) => waiting.push({ resolve, reject }));
		} finally {
			if (waiting.length === 0) thread.unref();
		}
	};
	await answer();
	return {
		async run(feeds) {
			const changed = Object.entries(feeds).filter(([name, feed]) => sent.get(name) !== feed);
			for (const [name, feed] of changed) sent.set(name, feed);
			thread.postMessage(Object.fromEntries(changed) satisfies ToThread);
			const answered = await answer();
			if (typeof answered === 'object' && 'outputs' in answered) return Object.fromEntries(answered.outputs);
			sent.clear();
			throw (answered as { error: unknown }).error;
		},
		async close() {
			if (ended) return;
			thread.ref();
			const exit = once(thread, 'exit');
			thread.postMessage('close' satisfies ToThread);
			await exit;
		},
	};
}
