/** Tells whoever looks elsewhere how far their requests are: in the tab's title, and by a notification if they want one. */
import type { WireMessage } from '../wire.ts';
import { toast } from './announce.ts';
import { h, icon } from './dom.ts';

const TITLE = document.title;

/** Under this name the browser keeps whether notifications are wanted. */
const WANTED = 'notify';

export class Attention {
	/** Requests of this tab that are under way. */
	readonly #open = new Map<string, WireMessage>();
	#isOver = false;

	constructor() {
		document.addEventListener('visibilitychange', () => {
			if (!document.hidden) this.#isOver = false;
			this.#showTitle();
		});
	}

	/** Takes every state of a request that this tab sent. */
	follow(message: WireMessage): void {
		if (message.state === 'waiting' || message.state === 'running') {
			this.#open.set(message.id, message);
		} else if (this.#open.delete(message.id) && document.hidden) {
			this.#isOver = true;
			notify(message);
		}
		this.#showTitle();
	}

	/** The message of a request is gone. */
	forget(id: string): void {
		if (this.#open.delete(id)) this.#showTitle();
	}

	#showTitle(): void {
		const shares = [...this.#open.values()].map(({ progress }) => (progress ? progress.done / progress.total : 0));
		const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
		if (shares.length > 0) document.title = `${Math.floor(100 * mean)} % · ${TITLE}`;
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

/** Switches notifications on and off; the browser is asked for them by this click alone. Undefined where it has none. */
export function notifyButton(): HTMLElement | undefined {
	if (!('Notification' in window)) return undefined;
	const isOn = () => Notification.permission === 'granted' && localStorage.getItem(WANTED) !== null;
	const label = 'Notify me when a request of mine is done';
	const button = h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label }, icon('bell'));
	const render = () => button.setAttribute('aria-pressed', String(isOn()));
	button.addEventListener('click', async () => {
		if (isOn()) localStorage.removeItem(WANTED);
		else if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(WANTED, 'yes');
		else toast('This browser does not let the console notify you; its settings for this page do.');
		render();
	});
	render();
	return button;
}
