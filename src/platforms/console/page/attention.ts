/** Tells people who are in another tab how far their requests are: in the tab's title, and in notifications if they want them. */
import type { WireMessage } from '../wire.ts';
import { toast } from './announce.ts';
import { h, icon } from './dom.ts';

const TITLE = document.title;

/** The key in localStorage that is set if notifications are wanted. */
const WANTED = 'notify';

export class Attention {
	/** The open requests that this tab sent. */
	readonly #open = new Map<string, WireMessage>();
	#isOver = false;

	constructor() {
		document.addEventListener('visibilitychange', () => {
			if (!document.hidden) this.#isOver = false;
			this.#showTitle();
		});
	}

	/** Must be called with every state of a request that this tab sent. */
	follow(message: WireMessage): void {
		if (message.state === 'waiting' || message.state === 'running') {
			this.#open.set(message.id, message);
		} else if (this.#open.delete(message.id) && document.hidden) {
			this.#isOver = true;
			notify(message);
		}
		this.#showTitle();
	}

	/** Must be called when the message of a request is gone. */
	forget(id: string): void {
		if (this.#open.delete(id)) this.#showTitle();
	}

	#showTitle(): void {
		const shares = [...this.#open.values()].map(({ progress }) => (progress ? progress.done / progress.total : 0));
		const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
		if (shares.length > 0) document.title = `${Math.floor(100 * mean)}% · ${TITLE}`;
		else document.title = this.#isOver ? `Done · ${TITLE}` : TITLE;
	}
}

function notify({ title, text, state }: WireMessage): void {
	if (!('Notification' in window) || Notification.permission !== 'granted' || !localStorage.getItem(WANTED)) return;
	const notification = new Notification(state === 'done' ? `Done: ${title}` : title, { body: text, icon: '/icon.svg' });
	notification.addEventListener('click', () => {
		window.focus();
		notification.close();
	});
}

/**
 * A button that turns notifications on and off. Only a click on it asks the browser for permission.
 *
 * @returns undefined if the browser has no notifications
 */
export function notifyButton(): HTMLElement | undefined {
	if (!('Notification' in window)) return undefined;
	const isOn = () => Notification.permission === 'granted' && localStorage.getItem(WANTED) !== null;
	const label = 'Notify me when my requests are done';
	const button = h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label }, icon('bell'));
	const render = () => button.setAttribute('aria-pressed', String(isOn()));
	button.addEventListener('click', async () => {
		if (isOn()) localStorage.removeItem(WANTED);
		else if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(WANTED, 'yes');
		else toast('The browser blocks notifications from this page; allow them in its settings.');
		render();
	});
	render();
	return button;
}
