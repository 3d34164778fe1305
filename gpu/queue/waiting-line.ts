/**
 * The waiting line: whose turn it is, within everyone's limits, and who stands where. What a turn is used for is none of its
 * business. p-queue counts the slots, FairQueue says who is next.
 */
import PQueue from 'p-queue';
import { type FairOptions, FairQueue } from './fair.ts';

/** Who waits. */
export interface Waiting {
	/** Unique among those that wait. */
	readonly id: string;
	/** Different owners take turns. */
	readonly owner: string;
	/** Its turn does not come while so many of its owner's have theirs; absent: no limit of the owner's own. */
	readonly maxRunning?: number;
}

export class WaitingLine {
	readonly #fair: FairQueue;
	readonly #queue: PQueue<FairQueue, FairOptions>;
	readonly #onMoved: (id: string, position: number) => void;
	/** Those that wait: how each is taken out, and the position that was told of it last. */
	readonly #waiting = new Map<string, { readonly leaving: AbortController; told?: number }>();
	#isTelling = false;

	/**
	 * A new line is paused.
	 *
	 * @param slots how many may have their turn at the same time, once it is opened
	 * @param onMoved called for each one that waits and whose position has changed, with the number of those before it (0: it is
	 * next); never during the call that changed it
	 */
	constructor(slots: number, onMoved: (id: string, position: number) => void) {
		this.#onMoved = onMoved;
		let fair!: FairQueue;
		this.#queue = new PQueue<FairQueue, FairOptions>({
			concurrency: slots,
			autoStart: false,
			queueClass: class extends FairQueue {
				constructor() {
					super(slots);
					fair = this; // p-queue makes its own instance, and positions are read from it
				}
			},
		});
		this.#fair = fair;
	}

	/** Gives turns from now on, to as many at the same time as there are slots. */
	open(slots: number): void {
		this.#fair.slots = slots;
		this.#queue.concurrency = slots;
		this.#queue.start();
		this.#tellSoon();
	}

	/** Gives nobody a turn until it is opened again; those who have theirs keep it. */
	pause(): void {
		this.#queue.pause();
	}

	/** @param turn called when its turn comes; must not reject, and when it resolves the slot goes to the next */
	join({ id, owner, maxRunning }: Waiting, turn: () => Promise<void>): void {
		const leaving = new AbortController();
		this.#waiting.set(id, { leaving });
		const take = async () => {
			this.#waiting.delete(id);
			this.#tellSoon();
			await turn();
			this.#fair.ended(owner);
			this.#tellSoon();
		};
		this.#queue.add(take, { id, owner, maxRunning, signal: leaving.signal }).catch((error: unknown) => {
			if (!leaving.signal.aborted) throw error;
		});
		this.#tellSoon();
	}

	/** Takes one out of the line; false when it does not wait there (any more). */
	leave(id: string): boolean {
		const leaving = this.#waiting.get(id)?.leaving;
		this.#waiting.delete(id);
		leaving?.abort();
		this.#tellSoon();
		return leaving !== undefined;
	}

	#tellSoon(): void {
		if (this.#isTelling) return;
		this.#isTelling = true;
		queueMicrotask(() => {
			this.#isTelling = false;
			this.#fair.ids().forEach((id, position) => {
				const waiting = this.#waiting.get(id);
				if (!waiting || waiting.told === position) return;
				waiting.told = position;
				this.#onMoved(id, position);
			});
		});
	}
}
