/** The listeners to a runner's events. */
import type { LogLine } from './spawn.ts';

export class Listeners<Event extends { readonly type: string }> {
	readonly #listeners = new Set<(event: Event) => void>();
	readonly #log: LogLine;

	/** @param log receives a line for every listener that throws */
	constructor(log: LogLine) {
		this.#log = log;
	}

	/** Calls `listener` for every event until the returned function is called. */
	add(listener: (event: Event) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** @param of what the event is about */
	tell(event: Event, of: string): void {
		for (const listener of this.#listeners) {
			try {
				listener(event);
			} catch (error) {
				this.#log(
					`a listener failed on ${event.type} of ${of}: ${error instanceof Error ? error.stack : error}`,
					'warn',
				);
			}
		}
	}
}
