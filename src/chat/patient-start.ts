/** How a platform starts that cannot be reached at first: it is tried again until it can, and the log tells when. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../base/config.ts';
import type { Log } from '../base/log.ts';

export interface PatientStartDeps {
	/** The platform's. */
	readonly title: string;
	/**
	 * One try.
	 *
	 * @returns the sentence to print
	 * @throws {ConfigError} when no further try will do better
	 */
	readonly open: () => Promise<string>;
	/** From the end of one try to the start of the next. */
	readonly retryMs: number;
	readonly log: Log;
	/** What of an error may go into the log. */
	readonly describeError: (error: unknown) => object;
	/** What of an error people may read; absent: nothing. */
	readonly reason?: (error: unknown) => string;
}

export class PatientStart {
	readonly #deps: PatientStartDeps;
	readonly #stopping = new AbortController();

	constructor(deps: PatientStartDeps) {
		this.#deps = deps;
	}

	/**
	 * See Platform.start.
	 *
	 * @throws {ConfigError} as `open`
	 */
	async start(): Promise<string> {
		const { open, title, retryMs, reason } = this.#deps;
		try {
			return await open();
		} catch (error) {
			if (error instanceof ConfigError) throw error;
			this.#note(error);
			void this.#keepTrying();
			const why = reason ? ` (${reason(error)})` : '';
			return `${title} cannot be reached${why}; trying again every ${retryMs / 1000} s.`;
		}
	}

	/** From now on nothing is tried any more. */
	stop(): void {
		this.#stopping.abort();
	}

	/** Never rejects. */
	async #keepTrying(): Promise<void> {
		const { open, retryMs, log } = this.#deps;
		const { signal } = this.#stopping;
		for (;;) {
			try {
				await delay(retryMs, undefined, { signal });
				// A warning, as by default the log shows nothing less, and the sentence of `start` no longer holds.
				return log.warn({}, await open());
			} catch (error) {
				if (signal.aborted) return;
				if (error instanceof ConfigError) return log.error({}, error.message);
				this.#note(error);
			}
		}
	}

	#note(error: unknown): void {
		const { log, describeError, title } = this.#deps;
		log.debug({ error: describeError(error) }, `${title} cannot be reached`);
	}
}
