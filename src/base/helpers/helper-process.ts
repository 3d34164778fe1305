/** The bot's end of one helper: sends it questions, and kills it when it takes too long or is no longer needed. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { lastWords, spawnProcess } from '../../../gpu/queue/spawn.ts';
import { type FromHelper, OUT_OF_MEMORY, type ToHelper } from './protocol.ts';

export interface HelperOptions {
	/** The TypeScript file to run, as an absolute path; it calls listen. */
	readonly entry: string;
	/** What it is, for messages: "a reader". */
	readonly name: string;
	/** The longest that one question may take, in milliseconds. */
	readonly limitMs: number;
	/** The most memory that the whole process may use, in MiB. */
	readonly memory: number;
	/** How long an idle process is kept, in milliseconds, so that the next question need not wait for a new one to start. */
	readonly idleMs: number;
}

/** The process used more memory than it may. */
export class TooMuch extends Error {}

/** The process took longer than it may. */
export class TooLong extends Error {}

/** The process ended for some other reason, on this question or on another. */
export class HelperDied extends Error {}

/** In MiB. The V8 heap holds hardly more than the headers of tensor files; numbers and pictures are outside it. */
const MAX_HEAP = 256;

/** How far its priority is below the bot's, which has to answer within seconds. */
const BEHIND = 5;

interface Pending {
	readonly resolve: (answer: FromHelper) => void;
	readonly reject: (error: Error) => void;
}

export class HelperProcess {
	readonly #options: HelperOptions;
	readonly #child: ChildProcess;
	readonly #onGone: () => void;
	readonly #pending = new Map<number, Pending>();
	#lastId = 0;
	#idle: NodeJS.Timeout | undefined;
	#end: Error | undefined;

	/** @param onGone called, perhaps more than once, when it accepts no more questions */
	constructor(options: HelperOptions, onGone: () => void) {
		this.#options = options;
		this.#onGone = onGone;
		const { name, entry, memory } = options;
		const env = { HELPER_MEMORY: String(memory), NODE_OPTIONS: `--max-old-space-size=${MAX_HEAP}` };
		const { child, lines } = spawnProcess({ entry, env, behind: BEHIND }, () => {});
		this.#child = child;
		for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
		child.on('message', (message: FromHelper) => this.#settle(message.id)?.resolve(message));
		child.on('error', (error) => lines.push(error.message));
		child.on('exit', onGone);
		child.on('close', (code, signal) => {
			onGone();
			const how = signal ?? `exit status ${code}`;
			// V8 aborts when its heap is full.
			const Kind = signal === 'SIGABRT' || lines.includes(OUT_OF_MEMORY) ? TooMuch : HelperDied;
			const error = this.#end ?? new Kind(`${name} ended (${how}): ${lastWords(lines) ?? 'without a word'}`);
			for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
		});
	}

	/** How many questions it is working on. */
	get load(): number {
		return this.#pending.size;
	}

	/**
	 * @throws {TooMuch | TooLong | HelperDied}
	 * @throws the signal's reason
	 */
	async ask(task: string, given: unknown, signal?: AbortSignal): Promise<FromHelper> {
		signal?.throwIfAborted();
		const id = ++this.#lastId;
		this.#hold();
		const { name, limitMs } = this.#options;
		const timer = setTimeout(() => this.#kill(new TooLong(`${name} took too long`)), limitMs);
		const leave = () => this.#leave(id, signal?.reason);
		signal?.addEventListener('abort', leave);
		try {
			return await new Promise<FromHelper>((resolve, reject) => {
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

	/** Cancels a question. The process may not notice while it works, so it is killed if it has no other question. */
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
	#send(message: ToHelper): void {
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
		this.#idle = setTimeout(() => this.close(), this.#options.idleMs).unref();
		this.#child.unref();
		this.#child.channel?.unref();
	}
}
