/** All about one request, below its message: to be read, and copied. */
import { announce } from './announce.ts';
import { h } from './dom.ts';

/** Behind these words stands the line to type. */
const TYPED = /^To make it again, type: (.+)$/m;

export function detailsPanel(text: string): HTMLElement {
	const line = TYPED.exec(text)?.[1];
	const copy = (label: string, copied: string) => {
		const button = h('button', { type: 'button', class: 'plain small' }, label);
		button.addEventListener('click', async () => {
			const done = await navigator.clipboard.writeText(copied).then(
				() => true,
				() => false,
			);
			button.textContent = done ? 'Copied' : 'Select the text and copy it';
			announce(button.textContent);
		});
		return button;
	};
	return h(
		'div',
		{ class: 'details', role: 'region', 'aria-label': 'Details', tabIndex: 0 },
		...text.split('\n').map((paragraph) => h('p', {}, paragraph)),
		h('div', { class: 'ways' }, line !== undefined && copy('Copy the command', line), copy('Copy all', text)),
	);
}
