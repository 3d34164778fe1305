/** Lends things that take much memory: they are opened when first needed, shared, and closed to make room for others. */

interface Closable {
	close(): Promise<void>;
}

interface Opened<T> {
	readonly value: Promise<T>;
	/** How many are using it now. */
	users: number;
	isOpen?: true;
}

export interface LendingOptions<T> {
	open(key: string): Promise<T>;
	/** Whether there is room for it now, in addition to what is open. */
	fits(key: string): Promise<boolean>;
	/** Receives the error when something could not be closed properly. */
	onError(error: unknown): void;
	/** Receives the keys of what is open, the most recently used first, whenever that changes. */
	onChange?(open: readonly string[]): void;
}

export class Lending<T extends Closable> {
	readonly #options: LendingOptions<T>;
	/** The most recently used is last. */
	readonly #opened = new Map<string, Opened<T>>();
	/** What `onChange` received last. */
	#told: readonly string[] = [];

	constructor(options: LendingOptions<T>) {
		this.#options = options;
	}

	/**
	 * Runs `work` with the thing for that key, which stays open at least until then. If there is no room to open it, idle others
	 * are closed first, starting with the least recently used.
	 */
	async use<Result>(key: string, work: (thing: T) => Promise<Result>): Promise<Result> {
		const opened = this.#opened.get(key) ?? this.#open(key);
		this.#opened.delete(key);
		this.#opened.set(key, opened);
		opened.users++;
		try {
			const thing = await opened.value;
			this.#tell();
			return await work(thing);
		} finally {
			opened.users--;
		}
	}

	#open(key: string): Opened<T> {
		const opening = this.#makeRoom(key).then(() => this.#options.open(key));
		const opened: Opened<T> = { value: opening, users: 0 };
		opening.then(
			() => {
				opened.isOpen = true;
			},
			// A failure is not kept: the cause may be fixed by the next time.
			() => {
				if (this.#opened.get(key) === opened) this.#opened.delete(key);
			},
		);
		return opened;
	}

	async #makeRoom(key: string): Promise<void> {
		while (!(await this.#options.fits(key))) {
			const idle = [...this.#opened].find(([other, { users }]) => users === 0 && other !== key);
			if (!idle) return; // it has to make do with the room there is
			const [other, { value }] = idle;
			this.#opened.delete(other);
			this.#tell();
			await value.then((thing) => thing.close()).catch(this.#options.onError);
		}
	}

	#tell(): void {
		const open = [...this.#opened].flatMap(([key, { isOpen }]) => (isOpen ? [key] : [])).reverse();
		if (open.length === this.#told.length && open.every((key, i) => key === this.#told[i])) return;
		this.#told = open;
		this.#options.onChange?.(open);
	}
}
