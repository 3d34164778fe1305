/** The controls of a command's form, one for each kind of option. */

import { defaultText } from '../../../../commands/lib/default-text.ts';
import { fillIn } from '../../../../commands/lib/fill-in.ts';
import { modelsFor } from '../../../../commands/lib/models-for.ts';
import { USER_EXAMPLE } from '../../../../commands/lib/options.ts';
import type { WireModel, WireOption } from '../wire.ts';
import { Combobox } from './combobox.ts';
import { freshId, h } from './dom.ts';
import { fill, textBox } from './text-box.ts';

/** One option in the form. */
export interface Field {
	readonly name: string;
	readonly element: HTMLElement;
	/** What goes to the server; undefined leaves the option out. */
	read(): string | File | undefined;
	write(value: string | File): void;
	focus(): void;
	/** Why the value cannot be sent, in one sentence; undefined if it can. */
	problem(): string | undefined;
}

export interface FieldSurroundings {
	readonly maxSeed: number;
	/** Resolves when the models are known. */
	readonly models: Promise<readonly WireModel[]>;
	/** The prompts that the chosen model knows; see WirePrompts. */
	readonly knownPrompts: () => readonly string[] | undefined;
}

/** The field of an option that is not a file. */
export function createField(
	{ name, spec, hint }: WireOption,
	{ maxSeed, models, knownPrompts }: FieldSurroundings,
): Field {
	const parts = { name, label: spec.label, summary: spec.summary, required: spec.required === true, hint };
	const problem = `${name} must be ${hint}.`;
	switch (spec.kind) {
		case 'text': {
			const box = textBox({ placeholder: defaultText(spec) ?? `e.g. ${spec.example}` });
			const suggestions = () => (spec.prompt && knownPrompts()) ?? spec.suggestions ?? [];
			let element: HTMLElement = box;
			if (spec.suggestions || spec.prompt) {
				element = new Combobox(box, {
					label: `Suggestions for ${name}`,
					suggest: (text) => matching(suggestions(), text).map((value) => ({ value, label: value })),
					choose: ({ value }) => fill(box, value),
				}).element;
			}
			return boxField(parts, box, element, () => (box.value.length <= spec.maxLength ? undefined : problem));
		}
		case 'integer':
		case 'number': {
			const standard = spec.default === undefined ? 'auto' : String(spec.default);
			return numberField(parts, { ...spec, step: spec.kind === 'integer' ? 1 : 'any', standard }, problem);
		}
		case 'seed':
			return numberField(parts, { min: 0, max: maxSeed, step: 1, standard: 'random' }, problem);
		case 'integers': {
			const box = h('input', { type: 'text', inputMode: 'numeric', placeholder: spec.default.join(', ') });
			const fits = () => box.value.trim() === '' || integersFit(box.value, spec);
			return boxField(parts, box, box, () => (fits() ? undefined : problem));
		}
		case 'numbers': {
			const box = h('input', { type: 'text', placeholder: `e.g. ${spec.example}` });
			const fits = () => box.value.trim() === '' || numbersFit(box.value, spec);
			return boxField(parts, box, box, () => (fits() ? undefined : problem));
		}
		case 'choice': {
			const options = spec.choices.map((value) => h('option', { value, selected: value === spec.default }, value));
			return selectField(parts, h('select', {}, ...options));
		}
		case 'model': {
			const select = h('select', {}, h('option', { value: '' }, 'the default'));
			void models.then((known) => {
				const offered = modelsFor(spec, known);
				select.append(...offered.map(({ name, summary }) => h('option', { value: name, title: summary }, name)));
			});
			return selectField(parts, select);
		}
		case 'names':
			return namesField(parts, spec);
		case 'flag':
			return flagField(parts);
		case 'user': {
			const box = h('input', { type: 'text', placeholder: `e.g. ${USER_EXAMPLE}` });
			return boxField(parts, box, box, () => undefined);
		}
		case 'image':
		case 'embeddings':
			throw new Error(`createField: ${name} is a file; see image-field.ts and file-field.ts`);
	}
}

interface FieldText {
	readonly name: string;
	/** Default: the name. */
	readonly label?: string;
	readonly summary: string;
	readonly required: boolean;
}

type Box = HTMLInputElement | HTMLTextAreaElement;

/** A field's label in words, followed by the option's name unless that is one of them, and by "required" if it is. */
export function labelText({ name, label, required }: Omit<FieldText, 'summary'>): (string | HTMLElement)[] {
	const words = label ?? inWords(name);
	const isNamed = new RegExp(`\\b${name.replaceAll('-', ' ')}\\b`, 'i').test(words);
	const aside = [...(isNamed ? [] : [name]), ...(required ? ['required'] : [])];
	return [words, ...(aside.length > 0 ? [' ', h('em', { 'aria-hidden': 'true' }, aside.join(', '))] : [])];
}

/** "guidance-range" as "Guidance range" */
function inWords(name: string): string {
	const words = name.replaceAll('-', ' ');
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A control with its label above and a line of explanation below. */
export function labelled(
	{ name, label, summary, required }: FieldText,
	control: HTMLElement,
	element: HTMLElement,
): HTMLElement {
	const id = freshId('field');
	control.id = id;
	control.setAttribute('aria-describedby', `${id}-summary`);
	if (required) control.setAttribute('aria-required', 'true');
	return h(
		'div',
		{ class: 'field', 'data-option': name },
		h('label', { htmlFor: id }, ...labelText({ name, label, required })),
		element,
		h('p', { id: `${id}-summary`, class: 'summary' }, summary),
	);
}

function boxField(
	parts: FieldText & { readonly hint: string },
	box: Box,
	element: HTMLElement,
	problem: () => string | undefined,
): Field {
	return {
		name: parts.name,
		element: labelled(parts, box, element),
		read: () => box.value.trim() || undefined,
		write: (value) => {
			if (typeof value !== 'string') return;
			if (box instanceof HTMLTextAreaElement) fill(box, value);
			else box.value = value;
		},
		focus: () => box.focus(),
		problem: () =>
			parts.required && box.value.trim() === '' && box.validity.valid ? fillIn(parts.name, parts.hint) : problem(),
	};
}

function numberField(
	parts: FieldText & { readonly hint: string },
	limits: { readonly min: number; readonly max: number; readonly step: number | 'any'; readonly standard: string },
	problem: string,
): Field {
	const { min, max, step, standard } = limits;
	const box = h('input', {
		type: 'number',
		inputMode: step === 1 ? 'numeric' : 'decimal',
		min: String(min),
		max: String(max),
		step: String(step),
		placeholder: standard,
	});
	return boxField(parts, box, box, () => (box.validity.valid ? undefined : problem));
}

function selectField(parts: FieldText, select: HTMLSelectElement): Field {
	const standard = select.value;
	return {
		name: parts.name,
		element: labelled(parts, select, select),
		// Leaves out the default, so that the message shows only what was chosen.
		read: () => (select.value === standard ? undefined : select.value),
		write: (value) => {
			if (typeof value === 'string') select.value = value;
		},
		focus: () => select.focus(),
		problem: () => undefined,
	};
}

/** Names as toggle buttons, read in the order in which they were switched on. */
function namesField(
	parts: FieldText,
	spec: { readonly choices: readonly string[]; readonly maxCount: number; readonly default: readonly string[] },
): Field {
	const chosen: string[] = [];
	const boxes = spec.choices.map((value) => h('input', { type: 'checkbox', value }));
	const render = () => {
		for (const box of boxes) {
			const place = chosen.indexOf(box.value);
			box.checked = place !== -1;
			box.parentElement?.setAttribute('data-place', chosen.length > 1 && place !== -1 ? String(place + 1) : '');
		}
	};
	const set = (values: readonly string[]) => {
		chosen.splice(0, chosen.length, ...values);
		render();
	};
	const toggle = (value: string) => {
		const others = chosen.filter((name) => name !== value);
		// One too many drops the oldest.
		set(chosen.includes(value) ? others : [...others, value].slice(-spec.maxCount));
	};
	const chips = boxes.map((box) => {
		box.addEventListener('change', () => toggle(box.value));
		return h('label', {}, box, h('span', {}, box.value.replaceAll('_', ' ')));
	});
	const group = h('div', { class: 'chips', role: 'group', 'aria-label': parts.label ?? inWords(parts.name) }, ...chips);
	set(spec.default);
	return {
		name: parts.name,
		element: h(
			'div',
			{ class: 'field wide', 'data-option': parts.name },
			h('span', { class: 'label', 'aria-hidden': 'true' }, ...labelText(parts)),
			group,
			h('p', { class: 'summary' }, parts.summary),
		),
		read: () => (chosen.join() === spec.default.join() ? undefined : chosen.join(',')),
		write: (value) => {
			if (typeof value === 'string') set(value.split(','));
		},
		focus: () => boxes[0].focus(),
		problem: () => (chosen.length > 0 ? undefined : `${parts.name} must have at least one choice.`),
	};
}

/** A flag as one toggle button. */
function flagField(parts: FieldText): Field {
	const box = h('input', { type: 'checkbox', 'aria-label': parts.label ?? inWords(parts.name) });
	return {
		name: parts.name,
		element: h(
			'div',
			{ class: 'field', 'data-option': parts.name },
			h('span', { class: 'label', 'aria-hidden': 'true' }, ...labelText(parts)),
			h('div', { class: 'chips' }, h('label', { 'data-place': '' }, box, h('span', {}, 'yes'))),
			h('p', { class: 'summary' }, parts.summary),
		),
		// Leaves out the default, which is off.
		read: () => (box.checked ? 'yes' : undefined),
		write: (value) => {
			box.checked = value === 'yes';
		},
		focus: () => box.focus(),
		problem: () => undefined,
	};
}

interface Range {
	readonly min: number;
	readonly max: number;
}

function integersFit(text: string, limits: Range & { readonly maxCount: number }): boolean {
	const parts = splitList(text);
	return parts.length <= limits.maxCount && parts.every((part) => /^\d+$/.test(part) && isWithin(part, limits));
}

function numbersFit(text: string, limits: Range & { readonly count: number }): boolean {
	const parts = splitList(text);
	const written = /^(\d+\.?\d*|\.\d+)$/;
	return parts.length === limits.count && parts.every((part) => written.test(part) && isWithin(part, limits));
}

const splitList = (text: string) =>
	text
		.normalize('NFKC')
		.split(/[,\s]+/)
		.filter((part) => part !== '');

const isWithin = (number: string, { min, max }: Range) => Number(number) >= min && Number(number) <= max;

/** The suggestions that contain the text, without the text itself; all of them if it is empty. */
function matching(suggestions: readonly string[], text: string): readonly string[] {
	const wanted = text.trim().toLowerCase();
	return suggestions.filter((suggestion) => suggestion.toLowerCase().includes(wanted) && suggestion !== text.trim());
}
