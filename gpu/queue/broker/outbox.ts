/** Sends the bot what a training process on this worker says, and with it the files that have changed since. */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { filesOf, pathOf } from '../../training/run-files.ts';
import type { BlobStore } from '../blobs.ts';
import type { FromTrainingProcess } from '../training-protocol.ts';
import { sendFile } from './training-cargo.ts';
import type { RunCargo, TrainingNews } from './training-messages.ts';

export interface OutboxOptions {
	/** The run's folder. */
	readonly folder: string;
	/** The key of the stream on the broker. */
	readonly stream: string;
	readonly redis: Redis;
	readonly between: BlobStore;
	/** Aborted when nobody asks any more. */
	readonly signal: AbortSignal;
	readonly onSent: () => void;
	readonly complain: (error: unknown) => void;
}

/** A file as it was when it was last sent. */
interface Sent {
	/** Another one: it has been written since. */
	readonly version: string;
	/** Its parts; absent: it came from the bot. */
	readonly parts?: string;
}

/** How long the stream stays on the broker for a bot that is away, in milliseconds. */
const KEEP_MS = 60 * 60 * 1000;

/** The pause before the next attempt, when the broker refuses something. */
const RETRY_MS = 1000;

export class Outbox {
	readonly #options: OutboxOptions;
	/** By their paths. */
	readonly #sent: Map<string, Sent>;
	#last: Promise<void> = Promise.resolve();
	/** How many entries there were. */
	#entries = 0;

	private constructor(options: OutboxOptions, sent: Map<string, Sent>) {
		this.#options = options;
		this.#sent = sent;
	}

	/** For a folder in which there is only what came from the bot. */
	static async open(options: OutboxOptions): Promise<Outbox> {
		const sent = new Map<string, Sent>();
		for (const file of await filesOf(options.folder)) {
			const path = pathOf(options.folder, file);
			const version = await versionOf(path);
			if (version !== undefined) sent.set(path, { version });
		}
		return new Outbox(options, sent);
	}

	send(message: FromTrainingProcess): Promise<void> {
		return this.#queue({ message });
	}

	/** Sends the last files. */
	close(): Promise<void> {
		return this.#queue({ isLast: true });
	}

	#queue(what: Omit<TrainingNews, 'files'>): Promise<void> {
		this.#last = this.#last.then(() => this.#deliver(what));
		return this.#last;
	}

	/** Tries until it is delivered: a broker may be full, or away. */
	async #deliver(what: Omit<TrainingNews, 'files'>): Promise<void> {
		const { signal, complain, onSent } = this.#options;
		while (!signal.aborted) {
			try {
				await this.#push(what);
				return onSent();
			} catch (error) {
				complain(error);
				await sleep(RETRY_MS, undefined, { signal }).catch(() => {}); // aborted
			}
		}
	}

	async #push(what: Omit<TrainingNews, 'files'>): Promise<void> {
		const { folder, between } = this.#options;
		const files: RunCargo[] = [];
		const sent = new Map<string, Sent>();
		for (const file of await filesOf(folder)) {
			const path = pathOf(folder, file);
			const version = await versionOf(path);
			const before = this.#sent.get(path);
			if (version === undefined || version === before?.version) continue;
			const cargo = await sendFile(folder, file, between);
			if (!cargo) continue;
			const parts = cargo.parts.join();
			sent.set(path, { version, parts });
			// The bot removes from the broker what it has taken in, and would miss it the second time.
			if (parts !== before?.parts) files.push(cargo);
		}
		await this.#add({ files, ...what });
		for (const [path, how] of sent) this.#sent.set(path, how);
	}

	/** Adds an entry. Under a number of its own it is there once, even if the connection is lost before the broker's answer. */
	async #add(news: TrainingNews): Promise<void> {
		const { redis, stream } = this.#options;
		await redis.xadd(stream, `${this.#entries + 1}-0`, 'news', JSON.stringify(news)).catch((error: Error) => {
			if (!error.message.includes('equal or smaller')) throw error;
		});
		this.#entries++;
		await redis.pexpire(stream, KEEP_MS);
	}
}

/** Changes when a file is written anew; undefined if there is none. */
async function versionOf(path: string): Promise<string | undefined> {
	try {
		const { mtimeMs, size, ino } = await stat(path);
		return `${mtimeMs} ${size} ${ino}`;
	} catch {
		return undefined;
	}
}
