/** What takes long is done once: a function that remembers what it made last. */
import { LRUCache } from 'lru-cache';

export interface RememberOptions<Args extends readonly unknown[]> {
	/** Results that it keeps; the least recently used goes first, and lives on with whoever still has it. Default: 1. */
	readonly max?: number;
	/** Calls with the same key have the same result. Default: the arguments, as strings. */
	readonly key?: (...args: Args) => string;
}

/**
 * The function `make`, whose last results are given again to whoever asks for the same, also while they are being made. A
 * failure is not remembered: the next call tries again.
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
