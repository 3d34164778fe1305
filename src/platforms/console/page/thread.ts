/** The conversation: messages in the order of their requests. */
import type { WireEvent, WireMessage } from '../wire.ts';
import { announce } from './announce.ts';
import type { Attention } from './attention.ts';
import { h, icon } from './dom.ts';
import { Message, type MessageActions } from './message.ts';

/** How close to the end, in pixels, the page has to be to scroll along with new messages. */
const NEAR_END = 160;

/** The key in sessionStorage for the ids of this tab's requests. */
const OWN = 'own';

export interface ThreadOptions extends Omit<MessageActions, 'asked'> {
	readonly attention: Attention;
	/** Called when the focused element disappears. */
	readonly onFocusLost: () => void;
	readonly onCount: (messages: number) => void;
}

export class Thread {
	readonly #list: HTMLElement;
	readonly #options: ThreadOptions;
	readonly #messages = new Map<string, Message>();
	/** Ids of requests that were sent from this tab. */
	readonly #own: Set<string>;
	/** Says how many messages have arrived out of sight, and scrolls to them. */
	readonly #news: HTMLButtonElement;
	#unread: Message[] = [];
	#following = true;

	/** @param dock the footer with the composer, which covers the end of the page */
	constructor(list: HTMLElement, dock: HTMLElement, options: ThreadOptions) {
		this.#list = list;
		this.#options = options;
		this.#own = new Set(JSON.parse(sessionStorage.getItem(OWN) ?? '[]'));
		this.#news = h('button', { type: 'button', class: 'news primary', hidden: true, onclick: () => this.#goToNews() });
		dock.prepend(this.#news);
		window.addEventListener('scroll', () => {
			this.#following = isNearEnd();
			if (this.#following) this.#setUnread([]);
		});
		// Keeps the end in view when a message or the composer grows.
		const grown = new ResizeObserver(() => this.#following && scrollToEnd());
		for (const element of [list, dock]) grown.observe(element);
	}

	/** Must be called when a request of this tab has been accepted. Its message may already be shown. */
	asked(id: string): void {
		this.#own.add(id);
		sessionStorage.setItem(OWN, JSON.stringify([...this.#own]));
		const message = this.#messages.get(id);
		if (message) this.#options.attention.follow(message.shown);
		this.#follow();
	}

	apply(event: WireEvent): void {
		const known = event.type === 'all' ? new Set(event.messages.map(({ id }) => id)) : undefined;
		const added = event.messages.flatMap((message) => this.#show(message) ?? []);
		for (const id of known ? [...this.#messages.keys()].filter((key) => !known.has(key)) : gone(event))
			this.#remove(id);
		this.#options.onCount(this.#messages.size);
		if (added.length === 0) return;
		if (this.#following || added.some(({ shown }) => this.#own.has(shown.id))) this.#follow();
		else this.#setUnread([...this.#unread, ...added]);
		if (event.type === 'changed') announce(added.map(({ shown }) => shown.text).join(' '));
	}

	/** @returns the message if it is new */
	#show(message: WireMessage): Message | undefined {
		if (this.#own.has(message.id)) this.#options.attention.follow(message);
		const shown = this.#messages.get(message.id);
		if (shown) {
			shown.update(message);
			return undefined;
		}
		const created = new Message(message, { ...this.#options, asked: (id) => this.asked(id) });
		this.#messages.set(message.id, created);
		this.#list.append(created.element);
		return created;
	}

	#remove(id: string): void {
		const message = this.#messages.get(id);
		if (!message) return;
		const focused = message.element.contains(document.activeElement);
		message.element.remove();
		this.#messages.delete(id);
		this.#options.attention.forget(id);
		this.#setUnread(this.#unread.filter((other) => other !== message));
		if (focused) this.#options.onFocusLost();
	}

	#follow(): void {
		this.#following = true;
		scrollToEnd();
	}

	#setUnread(unread: Message[]): void {
		this.#unread = unread;
		this.#news.hidden = unread.length === 0;
		this.#news.replaceChildren(icon('down'), `${unread.length} new`);
	}

	#goToNews(): void {
		this.#unread[0]?.element.scrollIntoView({ block: 'start' });
		this.#setUnread([]);
		this.#options.onFocusLost();
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
