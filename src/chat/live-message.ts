/** A message that follows something that changes more often than a chat platform allows edits. */

export interface LiveMessageDeps<State> {
	/** Writes one state to the platform. Never called before the previous call's promise has settled. */
	readonly write: (state: State) => Promise<void>;
	/** The shortest time from the start of one write to the start of the next, in milliseconds. */
	readonly intervalMs: number;
	/** Receives the error of every failed write; the next state is written regardless. */
	readonly onError: (error: unknown) => void;
}

/** The newest state wins: a state that is replaced before its turn is never written. */
export class LiveMessage<State> {
	readonly #deps: LiveMessageDeps<State>;
	#next: { readonly state: State } | undefined;
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> | undefined;
	#lastStart = Number.NEGATIVE_INFINITY;
	#over = false;

	constructor(deps: LiveMessageDeps<State>) {
		this.#deps = deps;
	}

	/** Returns immediately. Does nothing after `abandon`. */
	show(state: State): void {
		if (this.#over) return;
		this.#next = { state };
		this.#schedule();
	}

	/** Drops the waiting state and writes no more. Resolves when no write is under way; the caller then shows the last state. */
	async abandon(): Promise<void> {
		this.#over = true;
		this.#next = undefined;
		clearTimeout(this.#timer);
		await this.#writing;
	}

	/** Async, so that an error that `write` throws synchronously becomes a rejection too. */
	async #write(state: State): Promise<void> {
		await this.#deps.write(state);
	}

	#schedule(): void {
		if (this.#timer || this.#writing || !this.#next) return;
		const wait = this.#lastStart + this.#deps.intervalMs - performance.now();
		this.#timer = setTimeout(() => this.#writeNext(), Math.max(0, wait));
	}

	#writeNext(): void {
		this.#timer = undefined;
		const { state } = this.#next!;
		this.#next = undefined;
		this.#lastStart = performance.now();
		this.#writing = this.#write(state)
			.catch((error) => this.#deps.onError(error))
			.finally(() => {
				this.#writing = undefined;
				this.#schedule();
			});
	}
}
