/** The form of a command: a modal made from its options. */
import {
	type APIComponentInLabel,
	type APIModalInteractionResponseCallbackData,
	ComponentType,
	TextInputStyle,
} from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import type { OptionSpec, OptionSpecs, RawOptions, RawValue } from '../../../commands/options.ts';
import { describe } from '../../../commands/parse-options.ts';
import { shorten } from '../../../commands/shorten.ts';
import { MAX_CHOICES, MAX_DESCRIPTION, MAX_SHORT_TEXT } from './commands.ts';

const MAX_TITLE = 45;
const MAX_LABEL = 45;
const MAX_FIELDS = 5;
const MAX_PLACEHOLDER = 100;

/** Of a text in a form. */
const MAX_TEXT = 4000;

/** A text that may be longer gets more than one line. */
const ONE_LINE = 100;

/**
 * @param given filled in already
 * @param customId what Discord hands back with the answer
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
				component: field(name, spec, given[name]),
			};
		}),
	};
}

/**
 * The five options that a form has room for: pictures that are still to come, then what must be given, then the others in
 * their order. A picture that is given stays as it is, for a form cannot show it.
 */
export function formFields(specs: OptionSpecs, given: RawOptions): string[] {
	const free = Object.keys(specs).filter((name) => typeof given[name] !== 'object');
	const rank = (name: string) => (specs[name].kind === 'image' ? 0 : specs[name].required ? 1 : 2);
	return free.sort((a, b) => rank(a) - rank(b)).slice(0, MAX_FIELDS);
}

function field(name: string, spec: OptionSpec, given: RawValue | undefined): APIComponentInLabel {
	const base = { custom_id: name, required: spec.required === true };
	switch (spec.kind) {
		case 'image': {
			const count = { min_values: base.required ? 1 : 0, max_values: 1 };
			return { ...base, type: ComponentType.FileUpload, ...count, file_types: ['image'] };
		}
		case 'flag':
			return { type: ComponentType.Checkbox, custom_id: name, default: given === 'true' || given === 'yes' };
		case 'choice':
			if (spec.choices.length > MAX_CHOICES) return text(base, spec, given, MAX_SHORT_TEXT);
			return {
				type: ComponentType.StringSelect,
				custom_id: name,
				// One is always chosen: the given one, or the default.
				options: spec.choices.map((choice) => ({
					label: choice,
					value: choice,
					default: choice === (given ?? spec.default),
				})),
			};
		default:
			return text(base, spec, given, spec.kind === 'text' ? spec.maxLength : MAX_SHORT_TEXT);
	}
}

function text(
	base: { readonly custom_id: string; readonly required: boolean },
	spec: OptionSpec,
	given: RawValue | undefined,
	maxLength: number,
): APIComponentInLabel {
	const max_length = Math.min(maxLength, MAX_TEXT);
	return {
		...base,
		type: ComponentType.TextInput,
		style: spec.kind === 'text' && max_length > ONE_LINE ? TextInputStyle.Paragraph : TextInputStyle.Short,
		max_length,
		placeholder: shorten(describe(spec), MAX_PLACEHOLDER),
		...(given !== undefined && given !== '' && { value: shorten(String(given), max_length) }),
	};
}
