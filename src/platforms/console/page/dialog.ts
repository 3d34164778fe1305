/** Modal dialogs. The browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back. */
import { byId, freshId, h, iconButton } from './dom.ts';

export interface DialogDeps {
	readonly title: string;
	readonly body: readonly HTMLElement[];
	/** The button that ends the dialog with a result. */
	readonly done: string;
}

/** Resolves with true when the dialog was ended by its button, with false when it was closed otherwise. */
export function openDialog({ title, body, done }: DialogDeps): Promise<boolean> {
	const id = freshId('dialog');
	const opener = document.activeElement;
	let finished = false;
	const dialog = h(
		'dialog',
		{ 'aria-labelledby': id },
		h(
			'header',
			{},
			h('h2', { id }, title),
			iconButton('close', 'Close', () => dialog.close()),
		),
		...body,
		h(
			'footer',
			{},
			h('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Cancel'),
			h('button', { type: 'button', class: 'primary', onclick: () => finish() }, done),
		),
	);
	const finish = () => {
		finished = true;
		dialog.close();
	};
	document.body.append(dialog);
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => {
			dialog.remove();
			if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
			else byId('composer').querySelector<HTMLElement>('textarea, input')?.focus();
			resolve(finished);
		});
	});
}

export const dialogIsOpen = () => document.querySelector('dialog[open]') !== null;
