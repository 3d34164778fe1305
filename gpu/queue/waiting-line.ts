/**
 * The waiting line: whose turn it is, within everyone's limits, and each one's position. It does not know what a turn is used
 * for. p-queue counts the slots; FairQueue decides who is next, and lets short jobs pass alongside the rest.
 */
import PQueue from 'p-queue';
import { type FairOptions, FairQueue, type Place } from './fair.ts';
import { restAfter } from './long-line.ts';

/** An entry in the line. */
export interface Waiting {
	/** Unique among the waiting entries. */
	readonly id: string;
	/** Different owners take turns. */
	readonly owner: string;
	/** Its turn does not come while this many of its owner's entries have theirs; absent: no limit. */
	readonly maxRunning?: number;
	/** Its turn will end in no time: if short entries have slots, it does not have to wait for the others. */
	readonly isShort?: boolean;
	/** Whether its turn may come now, apart from that; the line asks again when it is opened and when a turn ends. Absent: it may. */
	readonly fits?: () => boolean;
	/** Whether its turn cannot come for now, so that all others are ahead of it; absent: it can. */
	readonly isStuck?: () => boolean;
	/** It had its turn before, in vain, and is next. */
	readonly isBack?: boolean;
}

export type OnMoved = (id: string, place: Place) => void;

export class WaitingLine {
	readonly #fair: FairQueue;
	readonly #queue: PQueue<FairQueue, FairOptions>;
	readonly #onMoved: OnMoved;
	/** The waiting entries, and what was last reported of each. */
	readonly #waiting = new Map<string, Place | undefined>();
	#isTelling = false;
	/** On the clock of performance.now(). */
	#restUntil = 0;

	/**
	 * A new line is paused.
	 *
	 * @param slots how many may have their turn at the same time, once it is opened
	 * @param onMoved called for each waiting entry whose position has changed or settled; never during the call that did it, and in a long line some milliseconds later and only for changes that matter there
	 * @param shortSlots how many short ones may in addition; a line that starts without such slots never has any
	 */
	constructor(slots: number, onMoved: OnMoved, shortSlots = 0) {
		this.#onMoved = onMoved;
		let fair!: FairQueue;
		this.#queue = new PQueue<FairQueue, FairOptions>({
			concurrency: slots + shortSlots,
			autoStart: false,
			queueClass: class extends FairQueue {
				constructor() {
					super(slots, shortSlots);
					fair = this; // p-queue makes its own instance, which has the positions
				}
			},
		});
		this.#fair = fair;
	}

	/** Starts to give turns, to as many at the same time as there are slots of each kind. */
	open(slots: number, shortSlots = 0): void {
		this.#fair.resize(slots, shortSlots);
		this.#queue.concurrency = slots + shortSlots;
		this.#queue.start();
		this.#tellSoon();
	}

	/** Gives no turns until it is opened again; entries that have theirs keep it. */
	pause(): void {
		this.#queue.pause();
	}

	/** @param turn called when its turn comes; must not reject; once it resolves, the next entry gets the slot */
	join(entry: Waiting, turn: () => Promise<void>): void {
		const { id, owner, isShort } = entry;
		this.#waiting.set(id, undefined);
		const take = async () => {
			this.#waiting.delete(id);
			this.#tellSoon();
			await turn();
			this.#fair.ended({ owner, isShort });
			this.#tellSoon();
		};
		void this.#queue.add(take, entry);
		this.#tellSoon();
	}

	/** Takes an entry out of the line; false if it is not waiting there (any more). */
	leave(id: string): boolean {
		if (!this.#waiting.delete(id)) return false;
		// Not by a signal: with its listeners, one for each entry would take more memory than the entry.
		this.#fair.remove(id);
		this.#tellSoon();
		return true;
	}

	#tellSoon(): void {
		if (this.#isTelling) return;
		this.#isTelling = true;
		const rest = this.#restUntil - performance.now();
		if (rest > 0) setTimeout(() => this.#tell(), rest).unref();
		else queueMicrotask(() => this.#tell());
	}

	#tell(): void {
		const start = performance.now();
		this.#isTelling = false;
		for (const [id, place] of this.#fair.places()) {
			if (!this.#waiting.has(id) || isSame(place, this.#waiting.get(id))) continue;
			this.#waiting.set(id, place);
			this.#onMoved(id, place);
		}
		const took = performance.now() - start;
		this.#restUntil = start + restAfter(took, this.#waiting.size);
	}
}

/** Far back in a long line, a place counts as the same until it has changed by so much of itself. */
const MARGIN = 0.02;

function isSame(place: Place, told: Place | undefined): boolean {
	if (!told || place.isSettled !== told.isSettled || place.isShort !== told.isShort) return false;
	return Math.abs(place.position - told.position) <= MARGIN * place.position;
}
