/** Tells people what happens: screen readers through the live region, everyone through a toast. */
import { byId, focusComposer, h } from './dom.ts';

const TOAST_MS = 6000;

/** Milliseconds per character, so that a long toast stays long enough to be read and copied. */
const READING_MS = 60;

/** For screen readers only. */
export function announce(text: string): void {
	byId('live').textContent = text;
}

/** A toast with an offer stays as long as the offer can be taken. */
const OFFER_MS = 60_000;

interface Offer {
	readonly label: string;
	readonly take: () => void;
}

/** Shows text to everyone for a few seconds, or until an offer is taken. Screen readers read it out, since the region is live. */
export function toast(text: string, offers: readonly Offer[] = []): void {
	const element = h('p', {}, text);
	const remove = () => {
		const hadFocus = element.contains(document.activeElement);
		element.remove();
		if (hadFocus) focusComposer();
	};
	for (const { label, take } of offers) {
		const onclick = () => {
			remove();
			take();
		};
		element.append(' ', h('button', { type: 'button', class: 'plain', onclick }, label));
	}
	byId('toasts').append(element);
	setTimeout(remove, offers.length > 0 ? OFFER_MS : Math.max(TOAST_MS, text.length * READING_MS));
}
