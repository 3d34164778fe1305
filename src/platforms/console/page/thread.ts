/** The conversation: messages in the order in which they were asked. */
import type { WireEvent, WireMessage } from '../wire.ts';
import { announce } from './announce.ts';
import { Message, type MessageActions } from './message.ts';

/** So close to the end, in pixels, the page follows what is added. */
const NEAR_END = 160;

export interface ThreadOptions extends MessageActions {
	/** The focused message went away. */
	readonly onFocusLost: () => void;
	readonly onCount: (messages: number) => void;
}

export class Thread {
	readonly #list: HTMLElement;
	readonly #options: ThreadOptions;
	#following = true;
	readonly #messages = new Map<string, Message>();

	/** @param dock what covers the end of the page: the composer */
	constructor(list: HTMLElement, dock: HTMLElement, options: ThreadOptions) {
		this.#list = list;
		this.#options = options;
		window.addEventListener('scroll', () => {
			this.#following = isNearEnd();
		});
		// Whoever reads the end stays there when a message or the composer grows.
		const grown = new ResizeObserver(() => this.#following && scrollToEnd());
		for (const element of [list, dock]) grown.observe(element);
	}

	apply(event: WireEvent): void {
		const added = event.messages.filter((message) => this.#show(message));
		const known = event.type === 'all' ? new Set(event.messages.map(({ id }) => id)) : undefined;
		for (const id of known ? [...this.#messages.keys()].filter((key) => !known.has(key)) : gone(event))
			this.#remove(id);
		this.#options.onCount(this.#messages.size);
		if (added.length === 0) return;
		scrollToEnd();
		if (event.type === 'changed') announce(added.map(({ text }) => text).join(' '));
	}

	/** @returns whether the message is new */
	#show(message: WireMessage): boolean {
		const shown = this.#messages.get(message.id);
		if (shown) {
			shown.update(message);
			return false;
		}
		const created = new Message(message, this.#options);
		this.#messages.set(message.id, created);
		this.#list.append(created.element);
		return true;
	}

	#remove(id: string): void {
		const message = this.#messages.get(id);
		if (!message) return;
		const focused = message.element.contains(document.activeElement);
		message.element.remove();
		this.#messages.delete(id);
		if (focused) this.#options.onFocusLost();
	}
}

const gone = (event: WireEvent) => (event.type === 'changed' ? event.gone : []);

function isNearEnd(): boolean {
	const { scrollHeight } = document.documentElement;
	return scrollHeight - window.scrollY - window.innerHeight < NEAR_END;
}

function scrollToEnd(): void {
	window.scrollTo({ top: document.documentElement.scrollHeight });
}
