/** Modal dialogs. They use the browser's <dialog>, which keeps the focus inside and closes on Escape. */
import { focusComposer, freshId, h, iconButton } from './dom.ts';

export interface DialogDeps {
	readonly title: string;
	readonly body: readonly HTMLElement[];
	/** The label of the button that ends the dialog with a result. */
	readonly done: string;
}

/** Resolves with true if the dialog was ended by that button, and with false if it was closed in another way. */
export function openDialog({ title, body, done }: DialogDeps): Promise<boolean> {
	const id = freshId('dialog');
	let finished = false;
	const dialog = h(
		'dialog',
		{ 'aria-labelledby': id },
		h(
			'div',
			{ class: 'dialog-head' },
			h('h2', { id }, title),
			iconButton('close', 'Close', () => dialog.close()),
		),
		...body,
		h(
			'div',
			{ class: 'dialog-foot' },
			h('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Cancel'),
			h('button', { type: 'button', class: 'primary', onclick: () => finish() }, done),
		),
	);
	const finish = () => {
		finished = true;
		dialog.close();
	};
	return untilClosed(dialog).then(() => finished);
}

/** Shows a dialog until it is closed, then returns the focus to where it was. */
export function untilClosed(dialog: HTMLDialogElement): Promise<void> {
	const opener = document.activeElement;
	document.body.append(dialog);
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => {
			dialog.remove();
			if (opener instanceof HTMLElement && opener !== document.body && opener.isConnected) opener.focus();
			else focusComposer();
			resolve();
		});
	});
}

export const dialogIsOpen = () => document.querySelector('dialog[open]') !== null;
