/** The messages that the page shows, and the pages that watch them. */
import { setTimeout as delay } from 'node:timers/promises';
import { isOpen } from '../../desk/view.ts';
import type { WireEvent, WireMessage } from './wire.ts';

/** How many finished messages are kept; the ones that finished first are dropped first. */
const MAX_FINISHED = 300;

/** A watcher gets changes at most ten times a second, and only the newest state of each message. */
const WATCH_INTERVAL_MS = 100;

export class Timeline {
	readonly #messages = new Map<string, WireMessage>();
	/** Ids of the finished messages, in the order in which they finished. */
	readonly #finished = new Set<string>();
	readonly #watchers = new Set<(id: string) => void>();

	get(id: string): WireMessage | undefined {
		return this.#messages.get(id);
	}

	/** Adds a message at the end, or replaces the one with its id in place. */
	put(message: WireMessage): void {
		this.#messages.set(message.id, message);
		if (isOpen(message)) this.#finished.delete(message.id);
		else this.#finished.add(message.id);
		this.#tell(message.id);
		const [oldest] = this.#finished;
		if (this.#finished.size > MAX_FINISHED) this.remove(oldest);
	}

	/** @returns whether the message existed */
	remove(id: string): boolean {
		const existed = this.#messages.delete(id);
		this.#finished.delete(id);
		if (existed) this.#tell(id);
		return existed;
	}

	/**
	 * Yields everything that a person may see, then every change, until the signal is aborted. A slow reader skips states, but
	 * always gets the newest.
	 *
	 * @param person the person's id
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
