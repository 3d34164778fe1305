/** The controls that the sketch pad and the mask brush share. */
import type { Brush } from './brush.ts';
import { freshId, h, type IconName, icon } from './dom.ts';

/** Radio buttons that look like a row of buttons. */
export function radioRow<T extends string>(
	legend: string,
	choices: readonly { readonly value: T; readonly label: string; readonly face: Node }[],
	onchange: (value: T) => void,
): HTMLFieldSetElement {
	const name = freshId('radio');
	const buttons = choices.map(({ value, label, face }, i) =>
		h(
			'label',
			{ title: label },
			h('input', {
				type: 'radio',
				name,
				value,
				checked: i === 0,
				'aria-label': label,
				onchange: () => onchange(value),
			}),
			face,
		),
	);
	return h('fieldset', { class: 'radio-row' }, h('legend', { class: 'unseen' }, legend), ...buttons);
}

export function sizeSlider(value: number, max: number, oninput: (size: number) => void): HTMLLabelElement {
	const slider = h('input', { type: 'range', min: '2', max: String(max), value: String(value) });
	slider.addEventListener('input', () => oninput(Number(slider.value)));
	return h('label', { class: 'size' }, h('span', {}, 'Size'), slider);
}

export function toolButton(name: IconName, label: string, onclick: () => void): HTMLButtonElement {
	return h('button', { type: 'button', class: 'plain small', onclick }, icon(name), label);
}

export const undoButtons = (brush: Brush): HTMLButtonElement[] => [
	toolButton('undo', 'Undo', () => brush.undo()),
	toolButton('redo', 'Redo', () => brush.redo()),
];
