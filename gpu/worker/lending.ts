/** Lends things that take much memory: they are opened when first needed, shared, and closed to make room for others. */

interface Closable {
	close(): Promise<void>;
}

interface Opened<T> {
	readonly value: Promise<T>;
	/** How many are using it now. */
	users: number;
}

export interface LendingOptions<T> {
	open(key: string): Promise<T>;
	/** Whether there is room for it now, in addition to what is open. */
	fits(key: string): Promise<boolean>;
	/** Receives the error when something could not be closed properly. */
	onError(error: unknown): void;
}

export class Lending<T extends Closable> {
	readonly #options: LendingOptions<T>;
	/** The most recently used is last. */
	readonly #opened = new Map<string, Opened<T>>();

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
			return await work(await opened.value);
		} finally {
			opened.users--;
		}
	}

	#open(key: string): Opened<T> {
		const opening = this.#makeRoom(key).then(() => this.#options.open(key));
		const opened = { value: opening, users: 0 };
		// A failure is not kept: the cause may be fixed by the next time.
		opening.catch(() => {
			if (this.#opened.get(key) === opened) this.#opened.delete(key);
		});
		return opened;
	}

	async #makeRoom(key: string): Promise<void> {
		while (!(await this.#options.fits(key))) {
			const idle = [...this.#opened].find(([other, { users }]) => users === 0 && other !== key);
			if (!idle) return; // it has to make do with the room there is
			const [other, { value }] = idle;
			this.#opened.delete(other);
			await value.then((thing) => thing.close()).catch(this.#options.onError);
		}
	}
}
