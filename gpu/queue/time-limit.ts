/** The time limit of a running job. */

/** How many times as long as expected a job may run: other jobs and a busy machine make it slower. */
export const PATIENCE = 3;

/**
 * Starts when it is created. A job that makes progress may take PATIENCE times as long as its own pace suggests, which nobody
 * knew before it started; one that makes none ends at its current limit.
 */
export class TimeLimit {
	readonly #started = Date.now();
	readonly #onOver: (limitMs: number) => void;
	#limitMs = 0;
	#timer: NodeJS.Timeout | undefined;
	/** The first reported step, which may include opening the model and so says nothing about the others. */
	#first: { readonly done: number; readonly at: number } | undefined;

	/** @param onOver receives how long the job was given, in milliseconds */
	constructor(limitMs: number, onOver: (limitMs: number) => void) {
		this.#onOver = onOver;
		this.#extendTo(limitMs);
	}

	/** Reports steps done and steps in total; a job that is rerun starts over. */
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
