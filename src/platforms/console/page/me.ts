/** The name of the person at this browser, and for staff the address that lets others in. */
import type { WireMe } from '../wire.ts';
import { toast } from './announce.ts';
import { rename } from './api.ts';
import { openDialog } from './dialog.ts';
import { h } from './dom.ts';

/** A button that shows the name, and opens a dialog to change it. */
export function meButton(me: WireMe): HTMLElement {
	let name = me.name;
	const button = h('button', { type: 'button', class: 'plain small me', title: 'Your name' }, name);
	button.addEventListener('click', async () => {
		const box = h('input', { type: 'text', value: name, maxLength: 40, id: 'my-name', autocomplete: 'off' });
		const body = [
			h('p', { class: 'field' }, h('label', { htmlFor: box.id }, 'Your name'), box),
			h('p', { class: 'hint' }, me.staff ? STAFF : GUEST),
		];
		if (me.guests) body.push(h('p', { class: 'hint' }, 'Address for others: ', h('code', {}, me.guests)));
		if (!(await openDialog({ title: 'You', body, done: 'Save' }))) return;
		const answer = await rename(box.value);
		if ('error' in answer) return toast(String(answer.error));
		name = box.value.trim() || me.name;
		button.textContent = name;
	});
	return button;
}

const STAFF = 'You are staff, so you can also cancel and delete what others asked for.';
const GUEST = 'You can cancel and delete what you asked for.';
