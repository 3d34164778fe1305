/** Saves what is being written in this tab, so that a reload or Back does not lose it. */
import { keep, kept } from './kept.ts';
import type { Sent } from './sent.ts';

const KEPT = 'draft';

/** How long after the last change the draft is saved, in milliseconds. */
const PAUSE_MS = 200;

export class Draft {
	readonly #present: () => Sent;
	#timer = 0;

	/** @param present returns what would be sent now, complete or not */
	constructor(present: () => Sent) {
		this.#present = present;
		window.addEventListener('pagehide', () => this.#timer && this.#keep());
	}

	changed(): void {
		window.clearTimeout(this.#timer);
		this.#timer = window.setTimeout(() => this.#keep(), PAUSE_MS);
	}

	/** The draft that was saved last. */
	last(): Promise<Sent | undefined> {
		return kept<Sent>(KEPT);
	}

	#keep(): void {
		this.#timer = 0;
		void keep(KEPT, this.#present());
	}
}
