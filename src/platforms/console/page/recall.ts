/** What was sent before, for the arrow keys, as in a shell. */
import type { Sent } from './sent.ts';

export class Recall {
	readonly #sent: Sent[] = [];
	/** Index of the one that is shown; the length means a new one. */
	#index = 0;

	add(sent: Sent): void {
		this.#sent.push(sent);
		this.#index = this.#sent.length;
	}

	/** The one before the one that is shown, if any. */
	back(): Sent | undefined {
		if (this.#index === 0) return undefined;
		this.#index -= 1;
		return this.#sent[this.#index];
	}

	/** The one after it; undefined past the newest. */
	forward(): Sent | undefined {
		this.#index = Math.min(this.#index + 1, this.#sent.length);
		return this.#sent[this.#index];
	}

	/** Something new is being written. */
	leave(): void {
		this.#index = this.#sent.length;
	}
}
