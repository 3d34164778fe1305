/** Makes sure that an event is handled only once: Slack sends events again if they were not acknowledged in time. */
import { LRUCache } from 'lru-cache';

/** How many events are remembered; repeats arrive within minutes. */
const REMEMBERED = 2000;

export class Repeats {
	readonly #seen = new LRUCache<string, true>({ max: REMEMBERED });

	/**
	 * @param name identifies the event
	 * @returns false if the event has been seen before
	 */
	isNew(name: string): boolean {
		if (this.#seen.has(name)) return false;
		this.#seen.set(name, true);
		return true;
	}
}
