/** What a bot and a worker have in common: their connections to the broker, and messages through it. */
import { inspect } from 'node:util';
import type { Redis } from 'ioredis';
import type { ZodType } from 'zod';
import type { LogLine } from '../spawn.ts';
import { CONNECTION_LOST, explained, openConnection } from './connection.ts';
import { misfit, parseJson } from './reading.ts';

/** After how long everybody should be back once the broker is, in milliseconds. */
const RETURN_MS = 10_000;

/** A complaint that was not repeated for this long is over, in milliseconds: whatever lasts is complained of every few seconds. */
const OVER_MS = 60_000;

export class Link {
	/** For commands. */
	readonly redis: Redis;
	/** A connection that listens can do nothing else. */
	readonly #ear: Redis;
	readonly #log: LogLine;
	readonly #listeners = new Set<() => void>();
	/** The last complaint, and when it was last repeated, on the clock of performance.now(); undefined while all is well. */
	#trouble: { readonly message: string; readonly at: number } | undefined;
	/** Why the connection was lost or does not come about. */
	#outage: string | undefined;
	#isClosed = false;
	/** When the connection was last lost or came back, on the clock of performance.now(); that it came first does not count. */
	#changedAt = Number.NEGATIVE_INFINITY;
	/** When the broker last refused to take anything in, on the same clock. */
	#refusedAt = Number.NEGATIVE_INFINITY;

	constructor(url: string, log: LogLine) {
		this.#log = log;
		this.redis = openConnection(url);
		this.#ear = openConnection(url);
		this.redis.on('error', (error) => {
			this.#outage = explained(error).message;
			this.complain(error);
		});
		this.redis.on('close', () => {
			this.#outage ??= CONNECTION_LOST;
			this.#changedAt = performance.now();
			this.#changed();
		});
		this.redis.on('ready', () => {
			if (this.#trouble !== undefined) log('the broker can be reached again', 'info');
			this.#trouble = undefined;
			this.#outage = undefined;
			if (Number.isFinite(this.#changedAt)) this.#changedAt = performance.now();
			this.#changed();
		});
	}

	get isUp(): boolean {
		return this.redis.status === 'ready';
	}

	/** Why the connection is down, in one sentence for the operator; undefined while it is up, and before it is first tried. */
	get outage(): string | undefined {
		return this.isUp ? undefined : this.#outage;
	}

	/**
	 * Whether the connection is down or the broker takes nothing in, or that was so short a time ago that others may not be back
	 * yet.
	 */
	get wasDown(): boolean {
		return !this.isUp || performance.now() - Math.max(this.#changedAt, this.#refusedAt) < RETURN_MS;
	}

	/** Calls `listener` when the connection is lost or comes back. */
	onChange(listener: () => void): void {
		this.#listeners.add(listener);
	}

	/** Logs what is wrong, once until it changes or is over. */
	complain(error: unknown): void {
		if (this.#isClosed) return; // what was under way fails, of course
		const { message, refusesWrites } = explained(error);
		const at = performance.now();
		if (refusesWrites) this.#refusedAt = at;
		const isKnown = message === this.#trouble?.message && at - this.#trouble.at < OVER_MS;
		if (!isKnown) this.#log(message, 'warn');
		this.#trouble = { message, at };
	}

	/** Sends a message to whoever listens. Without a connection nobody does. */
	publish(channel: string, message: object): void {
		const text = JSON.stringify(message);
		if (this.isUp) this.redis.publish(this.#within(channel), text).catch((error) => this.complain(error));
	}

	/**
	 * @param schema what is not like it is ignored, and logged the first time
	 * @param listener receives every message that is published from now on, unless the connection is down
	 */
	subscribe<Message>(channel: string, schema: ZodType<Message>, listener: (message: Message) => void): void {
		let isKnown = false;
		const name = this.#within(channel);
		this.#ear.on('message', (from: string, text: string) => {
			if (from !== name) return;
			const read = schema.safeParse(parseJson(text));
			if (read.success) return this.#hand(read.data, listener);
			if (!isKnown) this.#log(`a message from another machine could not be read: ${misfit(read.error)}`, 'warn');
			isKnown = true;
		});
		// Whatever waits for a connection is dropped when that is refused.
		const subscribe = () => void this.#ear.subscribe(name).catch((error) => this.complain(error));
		this.#ear.on('ready', subscribe);
		if (this.#ear.status === 'ready') subscribe();
	}

	/** A broker's databases share its channels, so that bots in two of them would hear each other. */
	#within(channel: string): string {
		const { db } = this.redis.options;
		return db ? `${db}:${channel}` : channel;
	}

	/** A mistake of ours in one message must not end the bot, which an exception here would. */
	#hand<Message>(message: Message, listener: (message: Message) => void): void {
		try {
			listener(message);
		} catch (error) {
			this.#log(`a message from another machine could not be dealt with: ${inspect(error)}`, 'warn');
		}
	}

	/** Notices when the listening connection is dead, which is otherwise silent for hours. */
	checkEar(): void {
		if (this.#ear.status === 'ready') this.#ear.ping().catch(() => {});
	}

	close(): void {
		this.#isClosed = true;
		this.redis.disconnect();
		this.#ear.disconnect();
	}

	#changed(): void {
		for (const listener of this.#listeners) listener();
	}
}
