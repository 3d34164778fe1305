/** The history of what was sent, for the arrow keys, as in a shell. */
import type { Sent } from './sent.ts';

export class Recall {
	readonly #sent: Sent[] = [];
	/** Index of the entry that is shown; the length stands for a new one. */
	#index = 0;

	add(sent: Sent): void {
		this.#sent.push(sent);
		this.#index = this.#sent.length;
	}

	/** The entry before the one that is shown, if any. */
	back(): Sent | undefined {
		if (this.#index === 0) return undefined;
		this.#index -= 1;
		return this.#sent[this.#index];
	}

	/** The entry after the one that is shown; undefined after the newest. */
	forward(): Sent | undefined {
		this.#index = Math.min(this.#index + 1, this.#sent.length);
		return this.#sent[this.#index];
	}

	/** Must be called when something new is being written. */
	leave(): void {
		this.#index = this.#sent.length;
	}
}
