/** What is being written, kept for the tab: a reload or Back does not cost it. */
import { keep, kept } from './kept.ts';
import type { Sent } from './sent.ts';

const KEPT = 'draft';

/** After the last change it is kept so much later, in milliseconds. */
const PAUSE_MS = 200;

export class Draft {
	readonly #present: () => Sent;
	#timer = 0;

	/** @param present what would be sent now, finished or not */
	constructor(present: () => Sent) {
		this.#present = present;
		window.addEventListener('pagehide', () => this.#timer && this.#keep());
	}

	changed(): void {
		window.clearTimeout(this.#timer);
		this.#timer = window.setTimeout(() => this.#keep(), PAUSE_MS);
	}

	/** What was kept last. */
	last(): Promise<Sent | undefined> {
		return kept<Sent>(KEPT);
	}

	#keep(): void {
		this.#timer = 0;
		void keep(KEPT, this.#present());
	}
}
