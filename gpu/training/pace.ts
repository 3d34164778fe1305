/** How fast a training is. Other work on the machine changes that from one moment to the next; people want to see a trend. */

/** Seconds after which a step's weight drops to about a third, so that a rush in class changes the time left gradually. */
const MEMORY_SECONDS = 120;

/** A step counts as at most this many times the recent pace: a computer that slept has not become slow. */
const OUTLIER = 10;

/** The number of steps whose mean shows how fast the machine can be. */
const STRETCH = 20;

export class Pace {
	/** Weighted sums over all steps: their number and their seconds. */
	#steps = 0;
	#seconds = 0;
	/** All steps so far. */
	#count = 0;
	/** Seconds of the last steps. */
	readonly #stretch: number[] = [];
	#fastest: number | undefined;

	/** @param seconds how long a step took */
	add(seconds: number): void {
		// The first step allocates, and says nothing about the others.
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

	/** The recent pace; undefined before the first step. */
	get secondsPerStep(): number | undefined {
		return this.#steps > 0 ? this.#seconds / this.#steps : undefined;
	}

	/** The pace of the fastest stretch, when the machine did the least other work; undefined until a stretch is complete. */
	get freeSecondsPerStep(): number | undefined {
		return this.#fastest;
	}
}
