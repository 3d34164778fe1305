/** Finds interactions that discord.js acknowledged more than once because Discord had not responded. */
import { type BaseInteraction, type REST, RESTEvents, Routes } from 'discord.js';

export class RepeatedAcks {
	readonly #watched = new WeakSet<REST>();
	/** Paths of requests that were refused when they were sent again. */
	readonly #refused = new Set<string>();

	/** Listens to a client, only once however often it is called. */
	watch(rest: REST): void {
		if (this.#watched.has(rest)) return;
		this.#watched.add(rest);
		rest.on(RESTEvents.Response, ({ path, retries }, { status }) => {
			if (retries > 0 && status === 400) this.#refused.add(path);
		});
	}

	/** Whether the acknowledgement that was just refused was a repeat. True only once for each interaction. */
	take({ id, token }: BaseInteraction): boolean {
		return this.#refused.delete(Routes.interactionCallback(id, token));
	}
}
