/** Slack's allowance of edits, for all messages of a workspace together. */
import { setTimeout as delay } from 'node:timers/promises';

export interface EditAllowance {
	/** chat.update is of tier 3: at least 50 calls a minute. Last states always go out, so progress gets less. */
	readonly perMinute: number;
	/** As many may come at once after a quiet time. */
	readonly burst: number;
}

export class EditBudget {
	readonly #deps: EditAllowance;
	#left: number;
	/** As performance.now(). */
	#countedAt = performance.now();
	#closedUntil = 0;

	constructor(deps: EditAllowance) {
		this.#deps = deps;
		this.#left = deps.burst;
	}

	/** Takes one, for an edit that may as well be left out; false when there is none. */
	take(): boolean {
		if (performance.now() < this.#closedUntil) return false;
		this.#count();
		if (this.#left < 1) return false;
		this.#left -= 1;
		return true;
	}

	/** Takes one in any case, as soon as Slack takes edits at all. */
	async need(): Promise<void> {
		await delay(Math.max(0, this.#closedUntil - performance.now()));
		this.#count();
		this.#left -= 1;
	}

	/** Slack takes none for a while (HTTP 429). */
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
