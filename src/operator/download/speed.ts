/** How fast something goes, over the last few seconds. */

/** Long enough to even out what a network does, short enough to follow it. */
const WINDOW_MS = 10_000;

/** Before this much time, a speed would be a guess. */
const LEAST_MS = 1000;

export class Speed {
	readonly #samples: { readonly at: number; readonly total: number }[] = [];
	#total = 0;

	/** @param now in milliseconds */
	add(amount: number, now = performance.now()): void {
		this.#total += amount;
		const last = this.#samples.at(-1);
		// Some hundred samples are enough.
		if (last && now - last.at < WINDOW_MS / 100) return;
		this.#samples.push({ at: now, total: this.#total });
		while (this.#samples.length > 2 && now - this.#samples[0].at > WINDOW_MS) this.#samples.shift();
	}

	/** Per second; undefined while too little is known. */
	get(now = performance.now()): number | undefined {
		const [first] = this.#samples;
		const elapsed = first ? now - first.at : 0;
		if (!first || elapsed < LEAST_MS) return undefined;
		return Math.max(((this.#total - first.total) / elapsed) * 1000, 0);
	}
}
