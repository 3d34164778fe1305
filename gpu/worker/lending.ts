/** Things that take much memory: opened when somebody needs them, lent to all who do, and closed to make room for others. */

interface Closable {
	close(): Promise<void>;
}

interface Opened<T> {
	readonly value: Promise<T>;
	/** Who works with it at present. */
	users: number;
}

export interface LendingOptions<T> {
	open(key: string): Promise<T>;
	/** Whether there is room for it now, beside what is open. */
	fits(key: string): Promise<boolean>;
	/** Hears what could not be closed properly. */
	onError(error: unknown): void;
}

export class Lending<T extends Closable> {
	readonly #options: LendingOptions<T>;
	/** The one used last is the last. */
	readonly #opened = new Map<string, Opened<T>>();

	constructor(options: LendingOptions<T>) {
		this.#options = options;
	}

	/**
	 * Runs `work` with the thing of that key, which stays open at least until then. Where there is no room for one that is not
	 * open yet, others that nobody works with are closed first, those unused for longest before the rest.
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
		// A failure is not kept: what is wrong may have been mended by the next time.
		opening.catch(() => {
			if (this.#opened.get(key) === opened) this.#opened.delete(key);
		});
		return opened;
	}

	async #makeRoom(key: string): Promise<void> {
		while (!(await this.#options.fits(key))) {
			const idle = [...this.#opened].find(([other, { users }]) => users === 0 && other !== key);
			if (!idle) return; // then it has to do with what there is
			const [other, { value }] = idle;
			this.#opened.delete(other);
			await value.then((thing) => thing.close()).catch(this.#options.onError);
		}
	}
}
