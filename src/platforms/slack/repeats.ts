/** What comes more than once, as Slack sends anew what it has no acknowledgement of: it is done once. */

/** Of so many the names are remembered; what is repeated comes again within minutes. */
const REMEMBERED = 2000;

export class Repeats {
	readonly #seen = new Set<string>();

	/**
	 * @param name of its own for everything that people do
	 * @returns false when it was there before
	 */
	isNew(name: string): boolean {
		if (this.#seen.has(name)) return false;
		this.#seen.add(name);
		if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value as string);
		return true;
	}
}
