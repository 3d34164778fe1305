/** What happens, said to people: to screen readers through the live region, to everyone through a toast. */
import { byId, h } from './dom.ts';

const TOAST_MS = 6000;

/** Long ones stay until they can be read, and copied; for each character, in milliseconds. */
const READING_MS = 60;

/** For screen readers only. */
export function announce(text: string): void {
	byId('live').textContent = text;
}

/** What offers something stays as long as that can be taken. */
const OFFER_MS = 60_000;

interface Offer {
	readonly label: string;
	readonly take: () => void;
}

/** For everyone, for a few seconds, or until an offer is taken. The region is a live one, so it is read out too. */
export function toast(text: string, offers: readonly Offer[] = []): void {
	const element = h('p', {}, text);
	for (const { label, take } of offers) {
		const onclick = () => {
			element.remove();
			take();
		};
		element.append(' ', h('button', { type: 'button', class: 'plain', onclick }, label));
	}
	byId('toasts').append(element);
	setTimeout(() => element.remove(), offers.length > 0 ? OFFER_MS : Math.max(TOAST_MS, text.length * READING_MS));
}
