/** Who sits at this browser: their name, and for staff the address to let others in by. */
import type { WireMe } from '../wire.ts';
import { toast } from './announce.ts';
import { rename } from './api.ts';
import { openDialog } from './dialog.ts';
import { h } from './dom.ts';

/** Shows the name, and opens what changes it. */
export function meButton(me: WireMe): HTMLElement {
	let name = me.name;
	const button = h('button', { type: 'button', class: 'plain small me', title: 'Your name here' }, name);
	button.addEventListener('click', async () => {
		const box = h('input', { type: 'text', value: name, maxLength: 40, id: 'my-name', autocomplete: 'off' });
		const body = [
			h('p', { class: 'field' }, h('label', { htmlFor: box.id }, 'Your name'), box),
			h('p', { class: 'hint' }, me.staff ? STAFF : GUEST),
		];
		if (me.guests) body.push(h('p', { class: 'hint' }, 'For others at this console: ', h('code', {}, me.guests)));
		if (!(await openDialog({ title: 'You', body, done: 'Save' }))) return;
		const answer = await rename(box.value);
		if ('error' in answer) return toast(String(answer.error));
		name = box.value.trim() || me.name;
		button.textContent = name;
	});
	return button;
}

const STAFF = 'You have the rights of staff: you may also cancel and delete what others asked for.';
const GUEST = 'You may cancel and delete what you asked for.';
