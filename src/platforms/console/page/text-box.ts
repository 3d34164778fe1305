/** The text box that prompts and lines are typed into. */
import { h } from './dom.ts';

/** A one-line text box that grows with its text. Enter is left to the form; Shift+Enter starts a new line. */
export function textBox(properties: Readonly<Record<string, string>>): HTMLTextAreaElement {
	const box = h('textarea', { rows: 1, spellcheck: true, autocomplete: 'off', ...properties });
	box.addEventListener('input', () => grow(box));
	return box;
}

/** Sets the text, with the cursor at its end. Fires no input event, since nobody typed. */
export function fill(box: HTMLTextAreaElement, text: string): void {
	box.value = text;
	box.setSelectionRange(text.length, text.length);
	grow(box);
}

function grow(box: HTMLTextAreaElement): void {
	box.style.height = 'auto';
	// A box that is not in the page has no height, so it keeps the stylesheet's.
	if (!box.isConnected) return;
	box.style.height = `${box.scrollHeight}px`;
}
