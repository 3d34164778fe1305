/** A command's form: one field for each option, built from the specs. */

import type { types } from '@slack/bolt';
import type { Command } from '../../../commands/lib/command.ts';
import { defaultText } from '../../../commands/lib/default-text.ts';
import type { OptionSpec, RawOptions, RawValue, Upload } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { MAX_SEED } from '../../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';
import { formField } from '../../chat/form-fields.ts';

/** Limits from docs.slack.dev, "Block Kit". */
const MAX_TITLE = 24;
const MAX_PLACEHOLDER = 150;
const MAX_HINT = 2000;
const MAX_INPUT = 3000;
const MAX_OPTIONS = 100;
const MAX_OPTION = 75;
const MAX_METADATA = 3000;

/** Identifies the form in its submission. */
export const FORM = 'form';
/** The single field of each block; the block is named after the option. */
export const FIELD = 'value';

/** A picture that a form starts with: stored by us, still a file in Slack, or somewhere on the web. */
export type GivenFile =
	| Upload
	| { readonly file: string; readonly name: string }
	| { readonly address: string; readonly name: string };

/** What a form remembers until it is submitted. */
export interface FormMemory {
	readonly command: string;
	/** Where the answer goes. */
	readonly channel: string;
	readonly thread?: string;
	readonly files: Readonly<Record<string, GivenFile>>;
}

export interface FormInput {
	readonly command: Command;
	readonly channel: string;
	readonly thread?: string;
	/** Prefilled values. */
	readonly options?: RawOptions;
	readonly files?: FormMemory['files'];
	/** Undefined if they are not known in time; then a model is typed. */
	readonly models: readonly ModelSummary[] | undefined;
	/** See Desk.hint. */
	readonly hint: (sentence: string) => string;
}

export function formOf({
	command,
	channel,
	thread,
	options = {},
	files = {},
	models,
	hint,
}: FormInput): types.ModalView {
	const stored = Object.entries(options).filter((entry): entry is [string, Upload] => typeof entry[1] === 'object');
	const given: FormMemory['files'] = { ...Object.fromEntries(stored), ...files };
	const memory: FormMemory = { command: command.name, channel, ...(thread && { thread }), files: given };
	const metadata = JSON.stringify(memory);
	if (metadata.length > MAX_METADATA) throw new Error('a form has more files than Slack remembers');
	return {
		type: 'modal',
		callback_id: FORM,
		private_metadata: metadata,
		title: plain(shorten(`/${command.name}`, MAX_TITLE)),
		submit: plain('Run'),
		close: plain('Close'),
		blocks: [
			{ type: 'section', text: plain(command.summary) },
			...Object.entries(command.options).map(([name, spec]) =>
				field(name, spec, options[name], given[name], { models, hint }),
			),
		],
	};
}

export const remembered = (view: { readonly private_metadata: string }) =>
	JSON.parse(view.private_metadata) as FormMemory;

function field(
	name: string,
	spec: OptionSpec,
	value: RawValue | undefined,
	file: GivenFile | undefined,
	surroundings: Pick<FormInput, 'models' | 'hint'>,
): types.InputBlock {
	const own = surroundings.hint(spec.summary);
	const summary = file ? `${own}. Without a file it is ${file.name}` : own;
	return {
		type: 'input',
		block_id: name,
		label: plain(name),
		hint: plain(shorten(`${summary}.`, MAX_HINT)),
		optional: !spec.required || file !== undefined,
		element: element(spec, value, surroundings),
	};
}

function element(
	spec: OptionSpec,
	value: RawValue | undefined,
	{ models, hint }: Pick<FormInput, 'models' | 'hint'>,
): types.InputBlockElement {
	const field = formField(spec, value, models);
	const { text } = field;
	switch (field.kind) {
		case 'text':
			return typed(
				text,
				hint(placeholderOf(spec)),
				spec.kind === 'text' ? Math.min(spec.maxLength, MAX_INPUT) : MAX_INPUT,
			);
		case 'choice':
			return chosen(field.choices, text, field.standard ? `default: ${field.standard}` : undefined);
		case 'choices':
			return severalChosen(field.choices, text, field.maxCount, standard(spec));
		case 'flag':
			return flag(field.on);
		case 'upload':
			// No list of file types, because Slack does not know all of ours, and uploads are checked anyway.
			return { type: 'file_input', action_id: FIELD, max_files: 1 };
		case 'person': {
			const id = /^slack:(\w+)/.exec(text)?.[1];
			return { type: 'users_select', action_id: FIELD, ...(id && { initial_user: id }) };
		}
	}
}

function placeholderOf(spec: OptionSpec): string {
	if (spec.kind === 'model') return 'a name that /models lists';
	return standard(spec) ?? ('example' in spec ? `for example ${spec.example}` : '');
}

/** "default: 2"; undefined if there is no default worth showing. */
function standard(spec: OptionSpec): string | undefined {
	if (spec.kind === 'seed') return `drawn if empty, 0 to ${MAX_SEED}`;
	const text = defaultText(spec);
	return text && `default: ${text}`;
}

const typed = (given: string, placeholder: string, maxLength = MAX_INPUT): types.PlainTextInput => ({
	type: 'plain_text_input',
	action_id: FIELD,
	max_length: maxLength,
	placeholder: plain(shorten(placeholder, MAX_PLACEHOLDER)),
	...(given && { initial_value: given.slice(0, maxLength) }),
});

function chosen(choices: readonly string[], given: string, placeholder = 'Choose one'): types.InputBlockElement {
	if (choices.length > MAX_OPTIONS) return typed(given, placeholder);
	return {
		type: 'static_select',
		action_id: FIELD,
		options: choices.map(option),
		placeholder: plain(shorten(placeholder, MAX_PLACEHOLDER)),
		...(choices.includes(given) && { initial_option: option(given) }),
	};
}

function severalChosen(
	choices: readonly string[],
	given: string,
	most: number,
	placeholder = 'Choose some',
): types.InputBlockElement {
	if (choices.length > MAX_OPTIONS) return typed(given, placeholder);
	const names = given.split(',').filter((name) => choices.includes(name));
	return {
		type: 'multi_static_select',
		action_id: FIELD,
		options: choices.map(option),
		max_selected_items: most,
		placeholder: plain(shorten(placeholder, MAX_PLACEHOLDER)),
		...(names.length > 0 && { initial_options: names.map(option) }),
	};
}

function flag(on: boolean): types.Checkboxes {
	const yes = { text: plain('Yes'), value: 'yes' };
	return { type: 'checkboxes', action_id: FIELD, options: [yes], ...(on && { initial_options: [yes] }) };
}

const option = (name: string): types.PlainTextOption => ({ text: plain(shorten(name, MAX_OPTION)), value: name });

const plain = (text: string): types.PlainTextElement => ({ type: 'plain_text', text });
