/** Slack's limit on edits, shared by all messages of a workspace. */

export interface EditAllowance {
	/** chat.update is in tier 3: at least 50 calls a minute. Last states are always sent, so progress gets fewer. */
	readonly perMinute: number;
	/** How many may be made at once after a quiet time. */
	readonly burst: number;
}

export class EditBudget {
	readonly #deps: EditAllowance;
	#left: number;
	/** When the budget was last updated, as performance.now(). */
	#countedAt = performance.now();
	#closedUntil = 0;

	constructor(deps: EditAllowance) {
		this.#deps = deps;
		this.#left = deps.burst;
	}

	/** Uses one edit, for an update that may be skipped; false if none is left. */
	take(): boolean {
		if (performance.now() < this.#closedUntil) return false;
		this.#count();
		if (this.#left < 1) return false;
		this.#left -= 1;
		return true;
	}

	/** Uses one edit in any case, as soon as Slack accepts edits at all. */
	async need(): Promise<void> {
		const wait = Math.max(0, this.#closedUntil - performance.now());
		await new Promise((resolve) => setTimeout(resolve, wait));
		this.#count();
		this.#left -= 1;
	}

	/** Slack accepts no edits for a while (HTTP 429). */
	close(seconds: number): void {
		this.#closedUntil = performance.now() + seconds * 1000;
	}

	#count(): void {
		const now = performance.now();
		const gained = ((now - this.#countedAt) / 60_000) * this.#deps.perMinute;
		this.#left = Math.min(this.#deps.burst, this.#left + gained);
		this.#countedAt = now;
	}
}
