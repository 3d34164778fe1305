/** The details of one request, shown below its message and easy to copy. */
import { announce } from './announce.ts';
import { h } from './dom.ts';

/** Finds the line to type in the desk's text. */
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
			button.textContent = done ? 'Copied' : 'Copying failed; select the text instead';
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
