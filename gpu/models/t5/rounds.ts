/** Work in rounds: items that arrive during a round wait for the next, which handles all of them together. */

interface Joined<Item, Result> {
	readonly item: Item;
	readonly resolve: (result: Result) => void;
	readonly reject: (error: unknown) => void;
}

export class Rounds<Item, Result> {
	readonly #work: (items: readonly Item[]) => Promise<readonly Result[]>;
	#waiting: Joined<Item, Result>[] = [];
	#isWorking = false;

	/** @param work returns the results in the order of the items */
	constructor(work: (items: readonly Item[]) => Promise<readonly Result[]>) {
		this.#work = work;
	}

	/** The result of an item, or the error of its round. */
	join(item: Item): Promise<Result> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ item, resolve, reject });
			// Items that join in the same turn share the first round.
			if (!this.#isWorking) queueMicrotask(() => void this.#goOn());
		});
	}

	async #goOn(): Promise<void> {
		if (this.#isWorking) return;
		this.#isWorking = true;
		while (this.#waiting.length > 0) {
			const round = this.#waiting.splice(0);
			try {
				const results = await this.#work(round.map(({ item }) => item));
				for (const [i, { resolve }] of round.entries()) resolve(results[i]);
			} catch (error) {
				for (const { reject } of round) reject(error);
			}
		}
		this.#isWorking = false;
	}
}
