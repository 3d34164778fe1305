/**
 * The waiting line: whose turn it is, within everyone's limits, and who stands where. What a turn is used for is none of its
 * business. p-queue counts the slots, FairQueue says who is next, and lets what is short pass beside the rest.
 */
import PQueue from 'p-queue';
import { type FairOptions, FairQueue, type Place } from './fair.ts';

/** Who waits. */
export interface Waiting {
	/** Unique among those that wait. */
	readonly id: string;
	/** Different owners take turns. */
	readonly owner: string;
	/** Its turn does not come while so many of its owner's have theirs; absent: no limit of the owner's own. */
	readonly maxRunning?: number;
	/** Its turn will be over in no time: where short ones have slots, it need not wait for the others. */
	readonly isShort?: boolean;
}

export type OnMoved = (id: string, place: Place) => void;

export class WaitingLine {
	readonly #fair: FairQueue;
	readonly #queue: PQueue<FairQueue, FairOptions>;
	readonly #onMoved: OnMoved;
	readonly #shortSlots: number;
	/** Those that wait: how each is taken out, and what was told of it last. */
	readonly #waiting = new Map<string, { readonly leaving: AbortController; told?: string }>();
	#isTelling = false;

	/**
	 * A new line is paused.
	 *
	 * @param slots how many may have their turn at the same time, once it is opened
	 * @param onMoved called for each one that waits and whose position has changed, or settled; never during the call that did it
	 * @param shortSlots how many short ones besides
	 */
	constructor(slots: number, onMoved: OnMoved, shortSlots = 0) {
		this.#onMoved = onMoved;
		this.#shortSlots = shortSlots;
		let fair!: FairQueue;
		this.#queue = new PQueue<FairQueue, FairOptions>({
			concurrency: slots + shortSlots,
			autoStart: false,
			queueClass: class extends FairQueue {
				constructor() {
					super(slots, shortSlots);
					fair = this; // p-queue makes its own instance, and positions are read from it
				}
			},
		});
		this.#fair = fair;
	}

	/** Gives turns from now on, to as many at the same time as there are slots. */
	open(slots: number): void {
		this.#fair.slots = slots;
		this.#queue.concurrency = slots + this.#shortSlots;
		this.#queue.start();
		this.#tellSoon();
	}

	/** Gives nobody a turn until it is opened again; those who have theirs keep it. */
	pause(): void {
		this.#queue.pause();
	}

	/** @param turn called when its turn comes; must not reject, and when it resolves the slot goes to the next */
	join({ id, owner, maxRunning, isShort }: Waiting, turn: () => Promise<void>): void {
		const leaving = new AbortController();
		this.#waiting.set(id, { leaving });
		const take = async () => {
			this.#waiting.delete(id);
			this.#tellSoon();
			await turn();
			this.#fair.ended({ owner, isShort });
			this.#tellSoon();
		};
		this.#queue.add(take, { id, owner, maxRunning, isShort, signal: leaving.signal }).catch((error: unknown) => {
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
			for (const [id, place] of this.#fair.places()) {
				const waiting = this.#waiting.get(id);
				if (!waiting) continue;
				const told = JSON.stringify(place);
				if (waiting.told === told) continue;
				waiting.told = told;
				this.#onMoved(id, place);
			}
		});
	}
}
