/** The conversation as the page shows it, and who watches it. */
import { setTimeout as delay } from 'node:timers/promises';
import { isOpen } from '../../desk/view.ts';
import type { WireEvent, WireMessage } from './wire.ts';

/** How many finished messages are kept; those that have been finished for longest go first. */
const MAX_FINISHED = 300;

/** A watcher hears of changes ten times a second at most; of the states in between, the newest wins. */
const WATCH_INTERVAL_MS = 100;

export class Timeline {
	readonly #messages = new Map<string, WireMessage>();
	/** Ids of the finished ones, in the order in which they were. */
	readonly #finished = new Set<string>();
	readonly #watchers = new Set<(id: string) => void>();

	get(id: string): WireMessage | undefined {
		return this.#messages.get(id);
	}

	/** Adds a message at the end, or replaces the one with its id where it stands. */
	put(message: WireMessage): void {
		this.#messages.set(message.id, message);
		if (isOpen(message)) this.#finished.delete(message.id);
		else this.#finished.add(message.id);
		this.#tell(message.id);
		const [oldest] = this.#finished;
		if (this.#finished.size > MAX_FINISHED) this.remove(oldest);
	}

	/** @returns whether there was such a message */
	remove(id: string): boolean {
		const existed = this.#messages.delete(id);
		this.#finished.delete(id);
		if (existed) this.#tell(id);
		return existed;
	}

	/**
	 * Everything that a person may see at once, then every change, until the signal. A slow reader misses states, never the newest.
	 *
	 * @param person by their id
	 */
	async *watch(signal: AbortSignal, person: string): AsyncGenerator<WireEvent> {
		const isSeen = ({ alone, owner }: WireMessage) => !alone || owner === person;
		const changed = new Set<string>();
		let wake = () => {};
		const watcher = (id: string) => {
			changed.add(id);
			wake();
		};
		const stop = () => wake();
		this.#watchers.add(watcher);
		signal.addEventListener('abort', stop);
		try {
			yield { type: 'all', messages: [...this.#messages.values()].filter(isSeen) };
			while (!signal.aborted) {
				if (changed.size === 0) {
					await new Promise<void>((resolve) => {
						wake = resolve;
					});
					continue;
				}
				const ids = [...changed];
				changed.clear();
				yield {
					type: 'changed',
					messages: ids.flatMap((id) => this.#messages.get(id) ?? []).filter(isSeen),
					gone: ids.filter((id) => !this.#messages.has(id)),
				};
				await delay(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => {});
			}
		} finally {
			this.#watchers.delete(watcher);
			signal.removeEventListener('abort', stop);
		}
	}

	#tell(id: string): void {
		for (const watcher of this.#watchers) watcher(id);
	}
}
