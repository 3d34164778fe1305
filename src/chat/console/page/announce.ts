/** What happens, said to people: to screen readers through the live region, to everyone through a toast. */
import { byId, h } from './dom.ts';

const TOAST_MS = 6000;

/** For screen readers only. */
export function announce(text: string): void {
	byId('live').textContent = text;
}

/** For everyone, for a few seconds. The region is a live one, so it is read out too. */
export function toast(text: string): void {
	const element = h('p', {}, text);
	byId('toasts').append(element);
	setTimeout(() => element.remove(), TOAST_MS);
}
