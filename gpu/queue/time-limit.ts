/** The time limit of a job that runs. */

/** So many times as long as expected may a job run: those beside it, and a machine that is busy, make it slower. */
export const PATIENCE = 3;

/**
 * Runs from when it is made. A job that gets on may take PATIENCE times as long as it will take by its own pace, which nobody
 * knew before it began; one that does not get on ends at the limit it has.
 */
export class TimeLimit {
	readonly #started = Date.now();
	readonly #onOver: (limitMs: number) => void;
	#limitMs = 0;
	#timer: NodeJS.Timeout | undefined;
	/** The first step told of opened the model, perhaps, and says nothing of the others. */
	#first: { readonly done: number; readonly at: number } | undefined;

	/** @param onOver hears how long the job was given, in milliseconds */
	constructor(limitMs: number, onOver: (limitMs: number) => void) {
		this.#onOver = onOver;
		this.#extendTo(limitMs);
	}

	/** Steps done and steps in all; a job that is run again starts anew. */
	progress(done: number, total: number): void {
		const now = Date.now();
		if (!this.#first || done < this.#first.done) this.#first = { done, at: now };
		const { done: before, at } = this.#first;
		if (done === before) return;
		const left = ((now - at) / (done - before)) * (total - done);
		this.#extendTo(PATIENCE * (now - this.#started + left));
	}

	clear(): void {
		clearTimeout(this.#timer);
	}

	#extendTo(limitMs: number): void {
		if (limitMs <= this.#limitMs) return;
		this.#limitMs = limitMs;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#onOver(limitMs), this.#started + limitMs - Date.now());
	}
}
