/**
 * The waiting line: whose turn it is, within everyone's limits, and each one's position. It does not know what a turn is used
 * for.
 */
import { FairQueue, type FairWaiter, type Place } from './fair.ts';
import { restAfter } from './long-line.ts';
import type { Readiness } from './starting-order.ts';

export interface WaitingLineOptions<Entry> extends Readiness<Entry> {
	/** How many may have their turn at the same time, once the line is opened. */
	readonly slots: number;
	/** How many short ones may in addition; a line that starts without such slots never has any. Default: 0 */
	readonly shortSlots?: number;
	/** Called when an entry's turn comes; must not reject; once it resolves, the next entry gets the slot. */
	readonly turn: (entry: Entry) => Promise<void>;
	/**
	 * Called for each waiting entry whose position has changed or settled; never during the call that did it, and in a long line
	 * some milliseconds later and only for changes that matter there.
	 */
	readonly onMoved?: (id: string, place: Place) => void;
}

/** The line asks whether its entries fit when it is opened, when a turn ends, and when another joins. */
export class WaitingLine<Entry extends FairWaiter> {
	readonly #options: WaitingLineOptions<Entry>;
	readonly #fair: FairQueue<Entry>;
	#isOpen = false;
	/** The waiting entries, and what was last reported of each. */
	readonly #waiting = new Map<string, Place | undefined>();
	#isTelling = false;
	/** On the clock of performance.now(). */
	#restUntil = 0;

	/** A new line is paused. */
	constructor(options: WaitingLineOptions<Entry>) {
		this.#options = options;
		this.#fair = new FairQueue(options.slots, options.shortSlots, options);
	}

	/** Starts to give turns, to as many at the same time as there are slots of each kind. */
	open(slots: number, shortSlots = 0): void {
		this.#fair.resize(slots, shortSlots);
		this.#isOpen = true;
		this.#giveTurns();
		this.#tellSoon();
	}

	/** Gives no turns until it is opened again; entries that have theirs keep it. */
	pause(): void {
		this.#isOpen = false;
	}

	join(entry: Entry): void {
		this.#fair.join(entry);
		this.#waiting.set(entry.id, undefined);
		this.#giveTurns();
		this.#tellSoon();
	}

	/** Takes an entry out of the line; false if it is not waiting there (any more). */
	leave(id: string): boolean {
		if (!this.#waiting.delete(id)) return false;
		this.#fair.remove(id);
		this.#tellSoon();
		return true;
	}

	#giveTurns(): void {
		while (this.#isOpen) {
			const next = this.#fair.next();
			if (!next) return;
			void this.#giveTurn(next);
		}
	}

	async #giveTurn(entry: Entry): Promise<void> {
		this.#waiting.delete(entry.id);
		this.#tellSoon();
		await this.#options.turn(entry);
		this.#fair.ended(entry);
		this.#giveTurns();
		this.#tellSoon();
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
			this.#options.onMoved?.(id, place);
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
