/** The bot's end of one reader: sends it questions, and kills it when it takes too long or is no longer needed. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { lastWords, spawnProcess } from '../../gpu/queue/spawn.ts';
import { type FromReader, OUT_OF_MEMORY, type TaskName, type ToReader } from './reader-protocol.ts';

export interface ReaderLimits {
	/** The longest that one question may take, in milliseconds. */
	readonly limitMs: number;
	/** The most memory that the whole process may use, in MiB. */
	readonly memory: number;
	/** How long an idle process is kept, in milliseconds, so that the next question need not wait for a new one to start. */
	readonly idleMs: number;
	/** Used instead of reader.ts. */
	readonly entry?: string;
}

/** The process used more memory than it may. */
export class TooMuch extends Error {}

/** The process took longer than it may. */
export class TooLong extends Error {}

/** The process ended for some other reason, on this question or on another. */
export class ReaderDied extends Error {}

/** In MiB. The V8 heap holds only the headers of tensor files; numbers and pictures are outside it. */
const MAX_HEAP = 256;

/** How far its priority is below the bot's, which has to answer within seconds; a picture takes a tenth of a second. */
const BEHIND = 5;

interface Pending {
	readonly resolve: (answer: FromReader) => void;
	readonly reject: (error: Error) => void;
}

export class ReaderProcess {
	readonly #limits: ReaderLimits;
	readonly #child: ChildProcess;
	readonly #onGone: () => void;
	readonly #pending = new Map<number, Pending>();
	#lastId = 0;
	#idle: NodeJS.Timeout | undefined;
	#end: Error | undefined;

	/** @param onGone called, perhaps more than once, when it accepts no more questions */
	constructor(limits: ReaderLimits, onGone: () => void) {
		this.#limits = limits;
		this.#onGone = onGone;
		const { memory, entry = fileURLToPath(new URL('reader.ts', import.meta.url)) } = limits;
		const env = { READER_MEMORY: String(memory), NODE_OPTIONS: `--max-old-space-size=${MAX_HEAP}` };
		const { child, lines } = spawnProcess({ entry, env, behind: BEHIND }, () => {});
		this.#child = child;
		for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
		child.on('message', (message: FromReader) => this.#settle(message.id)?.resolve(message));
		child.on('error', (error) => lines.push(error.message));
		child.on('exit', onGone);
		child.on('close', (code, signal) => {
			onGone();
			const how = signal ?? `exit status ${code}`;
			// V8 aborts when its heap is full.
			const Kind = signal === 'SIGABRT' || lines.includes(OUT_OF_MEMORY) ? TooMuch : ReaderDied;
			const error = this.#end ?? new Kind(`a reader ended (${how}): ${lastWords(lines) ?? 'without a word'}`);
			for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
		});
	}

	/** How many questions it is working on. */
	get load(): number {
		return this.#pending.size;
	}

	/**
	 * @throws {TooMuch | TooLong | ReaderDied}
	 * @throws the signal's reason
	 */
	async ask(task: TaskName, given: unknown, signal?: AbortSignal): Promise<FromReader> {
		signal?.throwIfAborted();
		const id = ++this.#lastId;
		this.#hold();
		const timer = setTimeout(() => this.#kill(new TooLong('a reader took too long')), this.#limits.limitMs);
		const leave = () => this.#leave(id, signal?.reason);
		signal?.addEventListener('abort', leave);
		try {
			return await new Promise<FromReader>((resolve, reject) => {
				this.#pending.set(id, { resolve, reject });
				this.#send({ type: 'question', id, task, given });
			});
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', leave);
		}
	}

	close(): void {
		this.#kill(new Error('closed'));
	}

	/** Cancels a question. The process may not notice while it reads, so it is killed if it has no other question. */
	#leave(id: number, reason: Error): void {
		if (this.#pending.size > 1) this.#send({ type: 'cancel', id });
		else this.#kill(reason);
		this.#settle(id)?.reject(reason);
	}

	#settle(id: number): Pending | undefined {
		const pending = this.#pending.get(id);
		this.#pending.delete(id);
		if (this.#pending.size === 0) this.#release();
		return pending;
	}

	/** A failure to send is ignored: it means that the process has ended, which rejects the question. */
	#send(message: ToReader): void {
		this.#child.send(message, () => {});
	}

	/** Takes it out of service first, so that it gets no questions while it dies. */
	#kill(reason: Error): void {
		this.#end = reason;
		this.#onGone();
		this.#child.kill('SIGKILL');
	}

	/** While it works on a question it keeps this process from exiting. */
	#hold(): void {
		clearTimeout(this.#idle);
		this.#child.ref();
		this.#child.channel?.ref();
	}

	#release(): void {
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() => this.close(), this.#limits.idleMs).unref();
		this.#child.unref();
		this.#child.channel?.unref();
	}
}
