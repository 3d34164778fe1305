/** Starts a platform that may be unreachable at first: it retries until it succeeds, and logs that it has. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../base/config.ts';
import type { Log } from '../base/log.ts';

export interface PatientStartDeps {
	/** The platform's title. */
	readonly title: string;
	/**
	 * Tries once to connect.
	 *
	 * @returns the sentence to print
	 * @throws {ConfigError} when trying again would not help
	 */
	readonly open: () => Promise<string>;
	/** How long to wait between two tries, in milliseconds. */
	readonly retryMs: number;
	readonly log: Log;
	/** The parts of an error that may be logged. */
	readonly describeError: (error: unknown) => object;
	/** The part of an error that may be shown to people. Default: nothing */
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

	/** Stops trying. */
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
				// A warning, because the log shows nothing less by default, and what `start` printed is no longer true.
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
