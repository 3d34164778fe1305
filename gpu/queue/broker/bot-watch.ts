/** Notices on a worker that no bot gives it jobs, which nobody else would tell its operator. */
import type { LogLine } from '../spawn.ts';
import { remedyFor } from './protocol.ts';
import { readHolder } from './reservation.ts';

/** How often in a row there may be no bot: one that restarts is back by then. */
const PATIENCE = 30;

export interface BotWatchOptions {
	/** The QUEUE_NAME. */
	readonly queue: string;
	/** The worker's version. */
	readonly version: string;
	readonly log: LogLine;
}

export class BotWatch {
	readonly #options: BotWatchOptions;
	#missed = 0;
	/** What was last logged; undefined while all is well. */
	#trouble: string | undefined;

	constructor(options: BotWatchOptions) {
		this.#options = options;
	}

	/**
	 * Call this every second.
	 *
	 * @param text what is at the queue's key of the bot; null: nothing
	 */
	see(text: string | null): void {
		this.#missed = text === null ? this.#missed + 1 : 0;
		if (text === null && this.#missed < PATIENCE) return;
		const trouble = text === null ? this.#absent() : this.#misfit(text);
		if (trouble === this.#trouble) return;
		if (trouble) this.#options.log(trouble, 'warn');
		else this.#options.log('the bot is there, and can give this worker jobs', 'info');
		this.#trouble = trouble;
	}

	#absent(): string {
		const { queue } = this.#options;
		return `No bot uses the queue "${queue}", so this worker gets no jobs; start a bot, or set QUEUE_NAME here as it is set for the bot.`;
	}

	#misfit(text: string): string | undefined {
		const { version: own } = this.#options;
		const version = readHolder(text)?.version ?? own;
		if (version === own) return undefined;
		return `The bot runs Flipside ${version} and this worker ${own}, so the worker gets no jobs; ${remedyFor(version, own)}.`;
	}
}
