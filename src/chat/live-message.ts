/** A message that follows something which changes more often than a chat platform takes edits. */

export interface LiveMessageDeps<State> {
	/** Puts one state on the platform. Never called again before the promise of the last call has settled. */
	readonly write: (state: State) => Promise<void>;
	/** At least this long from the start of one write to the start of the next. */
	readonly intervalMs: number;
	/** Hears of every failed write; the next state is written all the same. */
	readonly onError: (error: unknown) => void;
}

/** The newest state wins: whatever is replaced before its turn is never written. */
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

	/** Returns at once. After `abandon` it does nothing. */
	show(state: State): void {
		if (this.#over) return;
		this.#next = { state };
		this.#schedule();
	}

	/** Drops what is waiting and writes no more; resolves when no write is under way: the last state is the caller's to bring in. */
	async abandon(): Promise<void> {
		this.#over = true;
		this.#next = undefined;
		clearTimeout(this.#timer);
		await this.#writing;
	}

	/** Async, so that what `write` throws before it returns a promise is a rejection too. */
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
			.catch(this.#deps.onError)
			.finally(() => {
				this.#writing = undefined;
				this.#schedule();
			});
	}
}
