/** A picture's description, which a button shows as a whole and hides again. */
import { h } from './dom.ts';

export function descriptionButton(
	described: HTMLElement,
	filename: string,
	show: (whole: boolean) => void,
): HTMLButtonElement {
	const button = h(
		'button',
		{
			type: 'button',
			class: 'alt',
			title: 'Description',
			'aria-label': `ALT: description of ${filename}`,
			'aria-expanded': 'false',
			'aria-controls': described.id,
			onclick: () => {
				const whole = button.getAttribute('aria-expanded') === 'false';
				button.setAttribute('aria-expanded', String(whole));
				show(whole);
			},
		},
		'ALT',
	);
	return button;
}

/** What a description says first: what the picture shows. A full stop in quotation marks does not end the sentence. */
export const firstSentence = (text: string): string => /^(?:“[^”]*”|[^“])*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
