/** What happens, said to people: to screen readers through the live region, to everyone through a toast. */
import { byId, h } from './dom.ts';

const TOAST_MS = 6000;

/** Long ones stay until they can be read, and copied; for each character, in milliseconds. */
const READING_MS = 60;

/** For screen readers only. */
export function announce(text: string): void {
	byId('live').textContent = text;
}

/** For everyone, for a few seconds. The region is a live one, so it is read out too. */
export function toast(text: string): void {
	const element = h('p', {}, text);
	byId('toasts').append(element);
	setTimeout(() => element.remove(), Math.max(TOAST_MS, text.length * READING_MS));
}
