/** What comes more than once, as Slack sends anew what it has no acknowledgement of: it is done once. */
import { LRUCache } from 'lru-cache';

/** Of so many the names are remembered; what is repeated comes again within minutes. */
const REMEMBERED = 2000;

export class Repeats {
	readonly #seen = new LRUCache<string, true>({ max: REMEMBERED });

	/**
	 * @param name of its own for everything that people do
	 * @returns false when it was there before
	 */
	isNew(name: string): boolean {
		if (this.#seen.has(name)) return false;
		this.#seen.set(name, true);
		return true;
	}
}
