/** Which interactions discord.js has acknowledged more than once, because no answer of Discord's had come. */
import { type BaseInteraction, type REST, RESTEvents, Routes } from 'discord.js';

export class RepeatedAcks {
	readonly #watched = new WeakSet<REST>();
	/** Of requests that were refused when they were sent once more. */
	readonly #refused = new Set<string>();

	/** Listens to a client, once, however often it is called. */
	watch(rest: REST): void {
		if (this.#watched.has(rest)) return;
		this.#watched.add(rest);
		rest.on(RESTEvents.Response, ({ path, retries }, { status }) => {
			if (retries > 0 && status === 400) this.#refused.add(path);
		});
	}

	/** Whether the acknowledgement that was just refused was not the first. It is told once. */
	take({ id, token }: BaseInteraction): boolean {
		return this.#refused.delete(Routes.interactionCallback(id, token));
	}
}
