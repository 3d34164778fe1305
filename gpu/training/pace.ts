/** How fast a training gets on. What else runs on the machine changes that from one moment to the next, people want to read of a trend. */

/** Time after which a step counts for a third of what it did, in seconds: a rush of a class moves the time left by degrees. */
const MEMORY_SECONDS = 120;

/** So many times the pace of late a step may count for at most: a computer that slept has not become slow. */
const OUTLIER = 10;

/** Steps of a stretch whose mean says how fast the machine can be. */
const STRETCH = 20;

export class Pace {
	/** Of all steps, each with its weight. */
	#steps = 0;
	#seconds = 0;
	/** Steps in all. */
	#count = 0;
	/** Seconds of the last steps. */
	readonly #stretch: number[] = [];
	#fastest: number | undefined;

	/** @param seconds that a step took */
	add(seconds: number): void {
		// The first one allocates, and says nothing of the others.
		if (this.#count++ === 1) this.#steps = this.#seconds = 0;
		const counted = this.#steps > 0 ? Math.min(seconds, (OUTLIER * this.#seconds) / this.#steps) : seconds;
		const kept = Math.exp(-counted / MEMORY_SECONDS);
		this.#steps = kept * this.#steps + 1;
		this.#seconds = kept * this.#seconds + counted;
		this.#stretch.push(seconds);
		if (this.#stretch.length > STRETCH) this.#stretch.shift();
		if (this.#stretch.length < STRETCH) return;
		const mean = this.#stretch.reduce((sum, each) => sum + each, 0) / STRETCH;
		this.#fastest = Math.min(mean, this.#fastest ?? mean);
	}

	/** Of late; undefined before the first step. */
	get secondsPerStep(): number | undefined {
		return this.#steps > 0 ? this.#seconds / this.#steps : undefined;
	}

	/** In the fastest stretch, while the machine did the least besides; undefined before there was one. */
	get freeSecondsPerStep(): number | undefined {
		return this.#fastest;
	}
}
