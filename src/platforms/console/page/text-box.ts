/** The text box that prompts and lines are typed into. */
import { h } from './dom.ts';

/** A text box of one line that grows with its text. Enter is left to the form; Shift+Enter breaks the line. */
export function textBox(properties: Readonly<Record<string, string>>): HTMLTextAreaElement {
	const box = h('textarea', { rows: 1, spellcheck: true, autocomplete: 'off', ...properties });
	box.addEventListener('input', () => grow(box));
	return box;
}

/** Sets the text, the cursor at its end. No input event follows: nobody typed. */
export function fill(box: HTMLTextAreaElement, text: string): void {
	box.value = text;
	box.setSelectionRange(text.length, text.length);
	grow(box);
}

function grow(box: HTMLTextAreaElement): void {
	box.style.height = 'auto';
	// Outside of the page nothing has a height; there the stylesheet's stays.
	if (!box.isConnected) return;
	box.style.height = `${box.scrollHeight}px`;
}
