/** Makes a slow function remember its most recent results. */
import { LRUCache } from 'lru-cache';

export interface RememberOptions<Args extends readonly unknown[]> {
	/** How many results it keeps; the least recently used is dropped first. Default: 1. */
	readonly max?: number;
	/** Calls with the same key have the same result. Default: the arguments, as strings. */
	readonly key?: (...args: Args) => string;
}

/**
 * The function `make`, but calls that ask for the same get a remembered result, even one that is still being made. A failure
 * is not remembered: the next call tries again.
 */
export function remember<Args extends readonly unknown[], Result>(
	make: (...args: Args) => Promise<Result>,
	{ max = 1, key = (...args) => args.join() }: RememberOptions<Args> = {},
): (...args: Args) => Promise<Result> {
	const remembered = new LRUCache<string, Promise<Result>>({ max });
	return (...args) => {
		const name = key(...args);
		const known = remembered.get(name);
		if (known) return known;
		const made = make(...args);
		remembered.set(name, made);
		made.catch(() => {
			if (remembered.peek(name) === made) remembered.delete(name);
		});
		return made;
	};
}
