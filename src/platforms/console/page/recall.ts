/** What was sent before, for the arrow keys, as in a shell. */
import type { FormValues } from './command-form.ts';

/** A typed line, or a filled form. */
export type Sent =
	| { readonly line: string; readonly attachments: readonly File[] }
	| { readonly command: string; readonly values: FormValues };

export class Recall {
	readonly #sent: Sent[] = [];
	/** Index of the one that is shown; the length means a new one. */
	#place = 0;

	add(sent: Sent): void {
		this.#sent.push(sent);
		this.#place = this.#sent.length;
	}

	/** The one before the one that is shown, if any. */
	back(): Sent | undefined {
		if (this.#place === 0) return undefined;
		this.#place -= 1;
		return this.#sent[this.#place];
	}

	/** The one after it; undefined past the newest. */
	forward(): Sent | undefined {
		this.#place = Math.min(this.#place + 1, this.#sent.length);
		return this.#sent[this.#place];
	}

	/** Something new is being written. */
	leave(): void {
		this.#place = this.#sent.length;
	}
}
