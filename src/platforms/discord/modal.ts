/** A command's form: a modal made from its options. */
import {
	type APIComponentInLabel,
	type APIModalInteractionResponseCallbackData,
	ComponentType,
	TextInputStyle,
} from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import {
	isUpload,
	type OptionSpec,
	type OptionSpecs,
	type RawOptions,
	type RawValue,
} from '../../../commands/lib/options.ts';
import { describe } from '../../../commands/lib/parse-options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { type FormField, formField } from '../../chat/form-fields.ts';
import { MAX_CHOICES, MAX_DESCRIPTION, MAX_SHORT_TEXT } from './slash-commands.ts';

const MAX_TITLE = 45;
const MAX_LABEL = 45;
const MAX_FIELDS = 5;
const MAX_PLACEHOLDER = 100;

/** The longest text in a form, in characters. */
const MAX_TEXT = 4000;

/** A text that may be longer than this gets several lines. */
const ONE_LINE = 100;

/**
 * @param given the prefilled values
 * @param customId returned by Discord with the submitted form
 */
export function modal(command: Command, given: RawOptions, customId: string): APIModalInteractionResponseCallbackData {
	return {
		custom_id: customId,
		title: shorten(`/${command.name}`, MAX_TITLE),
		components: formFields(command.options, given).map((name) => {
			const spec = command.options[name];
			return {
				type: ComponentType.Label,
				label: shorten(name, MAX_LABEL),
				description: shorten(spec.summary, MAX_DESCRIPTION),
				component: drawn(name, spec, given[name]),
			};
		}),
	};
}

/**
 * Chooses the five options that a form has room for: files that are still missing, then required and positional options, then
 * those that are set; any others fill the rest. A file that is already given stays as it is, since a form cannot show it.
 */
function formFields(specs: OptionSpecs, given: RawOptions): string[] {
	const free = Object.keys(specs).filter((name) => typeof given[name] !== 'object');
	const place = (name: string) => (isUpload(specs[name]) ? 0 : specs[name].required || specs[name].positional ? 1 : 2);
	const ordered = free.sort((a, b) => place(a) - place(b));
	const rank = (name: string) => (place(name) === 2 && !isSet(specs[name], given[name]) ? 3 : place(name));
	const chosen = ordered.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_FIELDS);
	return ordered.filter((name) => chosen.includes(name));
}

/** Whether an option is set to anything but its default. */
function isSet(spec: OptionSpec, given: RawValue | undefined): boolean {
	const text = String(given ?? '').trim();
	return text !== '' && !('default' in spec && String(spec.default) === text);
}

/** Models, lists of names and people are typed, because a form has no better fields for them. */
function drawn(name: string, spec: OptionSpec, given: RawValue | undefined): APIComponentInLabel {
	const base = { custom_id: name, required: spec.required === true };
	const field = formField(spec, given);
	switch (field.kind) {
		case 'upload': {
			const count = { min_values: base.required ? 1 : 0, max_values: 1 };
			return {
				...base,
				type: ComponentType.FileUpload,
				...count,
				...(field.of === 'image' && { file_types: ['image'] as const }),
			};
		}
		case 'flag':
			return { type: ComponentType.Checkbox, custom_id: name, default: field.on };
		case 'choice':
			if (field.choices.length > MAX_CHOICES) return typed(base, spec, field);
			return {
				type: ComponentType.StringSelect,
				custom_id: name,
				// One is always selected: the given one, or the default.
				options: field.choices.map((choice) => ({
					label: choice,
					value: choice,
					default: choice === (field.text || field.standard),
				})),
			};
		default:
			return typed(base, spec, field);
	}
}

function typed(
	base: { readonly custom_id: string; readonly required: boolean },
	spec: OptionSpec,
	{ text }: FormField,
): APIComponentInLabel {
	const max_length = Math.min(spec.kind === 'text' ? spec.maxLength : MAX_SHORT_TEXT, MAX_TEXT);
	return {
		...base,
		type: ComponentType.TextInput,
		style: spec.kind === 'text' && max_length > ONE_LINE ? TextInputStyle.Paragraph : TextInputStyle.Short,
		max_length,
		placeholder: shorten(describe(spec), MAX_PLACEHOLDER),
		...(text !== '' && { value: shorten(text, max_length) }),
	};
}
