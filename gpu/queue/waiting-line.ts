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

/**
 * @param position the number of those before it; 0: it is next
 * @param isSettled whether nobody who comes later can still get before it
 */
export type OnMoved = (id: string, position: number, isSettled: boolean) => void;

export class WaitingLine {
	readonly #fair: FairQueue;
	readonly #queue: PQueue<FairQueue, FairOptions>;
	readonly #onMoved: OnMoved;
	/** Those that wait: how each is taken out, and what was told of it last. */
	readonly #waiting = new Map<string, { readonly leaving: AbortController; told?: string }>();
	#isTelling = false;

	/**
	 * A new line is paused.
	 *
	 * @param slots how many may have their turn at the same time, once it is opened
	 * @param onMoved called for each one that waits and whose position has changed, or settled; never during the call that did it
	 */
	constructor(slots: number, onMoved: OnMoved) {
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
			const settled = this.#fair.settled();
			this.#fair.ids().forEach((id, position) => {
				const waiting = this.#waiting.get(id);
				if (!waiting) return;
				const isSettled = settled.has(id);
				const told = `${position} ${isSettled}`;
				if (waiting.told === told) return;
				waiting.told = told;
				this.#onMoved(id, position, isSettled);
			});
		});
	}
}
