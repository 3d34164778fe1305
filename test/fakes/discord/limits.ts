/** The limits of Discord's documentation: what breaks one is refused whole, as Discord does. */
import type { FakeButton, FakeField, FakeModal } from './world.ts';

interface MessageBody {
	readonly content?: string;
	readonly attachments?: readonly { id: unknown; description?: string }[];
	readonly components?: readonly { components: readonly FakeButton[] }[];
}

/** What is wrong with a message, or undefined. */
export function messageProblem(body: MessageBody, fileCount: number): string | undefined {
	if ((body.content?.length ?? 0) > 2000) return 'content: Must be 2000 or fewer in length.';
	if (fileCount > 10) return 'attachments: Must be 10 or fewer in length.';
	if (body.attachments?.some(({ description }) => (description?.length ?? 0) > 1024)) return 'description: too long';
	const rows = body.components ?? [];
	if (rows.length > 5) return 'components: Must be between 1 and 5 in length.';
	if (rows.some((row) => row.components.length < 1 || row.components.length > 5)) return 'components: 1 to 5 in a row';
	const buttons = rows.flatMap((row) => row.components);
	if (buttons.some(({ label }) => label.length < 1 || label.length > 80)) return 'label: 1 to 80';
	if (buttons.some(({ custom_id }) => custom_id.length < 1 || custom_id.length > 100)) return 'custom_id: 1 to 100';
	if (new Set(buttons.map(({ custom_id }) => custom_id)).size < buttons.length) return 'custom_id: duplicated';
	return undefined;
}

interface CommandBody {
	/** Absent for a subcommand. */
	readonly type?: number;
	readonly name: string;
	readonly description: string;
	readonly options?: readonly OptionBody[];
}

interface OptionBody {
	readonly type: number;
	readonly name: string;
	readonly description: string;
	readonly required?: boolean;
	readonly autocomplete?: boolean;
	readonly choices?: readonly { name: string; value: string }[];
	readonly min_value?: number;
	readonly max_value?: number;
	readonly max_length?: number;
	readonly file_types?: readonly string[];
	/** Of a subcommand. */
	readonly options?: readonly OptionBody[];
}

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const STRING = 3;
const ATTACHMENT = 11;
const SAFE = 2 ** 53 - 1;

/** Kinds of command, and of option. */
const MESSAGE_COMMAND = 3;
const SUBCOMMAND = 1;

/** What is wrong with a registered command, or undefined. */
export function commandProblem(command: CommandBody): string | undefined {
	if (command.type === MESSAGE_COMMAND) {
		if (command.description || command.options) return 'a message command has neither description nor options';
		return /^[\w-][\w -]{0,31}$/.test(command.name) ? undefined : `name: ${command.name}`;
	}
	return structureProblem(command) ?? (sizeOf(command) > 8000 ? 'command: 8000 characters at most' : undefined);
}

function structureProblem(command: CommandBody): string | undefined {
	const options = command.options ?? [];
	const named = [command, ...options];
	const misnamed = named.find(({ name }) => !NAME.test(name) || name !== name.toLowerCase());
	if (misnamed) return `name: ${misnamed.name}`;
	if (named.some(({ description }) => description.length < 1 || description.length > 100))
		return 'description: 1 to 100';
	if (options.length > 25) return 'options: Must be 25 or fewer in length.';
	if (new Set(options.map(({ name }) => name)).size < options.length) return 'options: duplicated name';
	const firstOptional = options.findIndex(({ required }) => !required);
	if (firstOptional !== -1 && options.slice(firstOptional).some(({ required }) => required))
		return 'required ones first';
	const verbs = options.filter(({ type }) => type === SUBCOMMAND);
	if (verbs.length > 0 && verbs.length < options.length) return 'options: subcommands and others';
	return verbs.length > 0 ? verbs.map(structureProblem).find(Boolean) : options.map(optionProblem).find(Boolean);
}

/** Everything that people read of a command, in characters. */
function sizeOf({ name, description, options = [] }: OptionBody | CommandBody): number {
	const choices = options.flatMap((option) => ('choices' in option && option.choices) || []);
	const own = name.length + description.length;
	return own + choices.reduce((sum, c) => sum + c.name.length * 2, 0) + options.reduce((sum, o) => sum + sizeOf(o), 0);
}

function optionProblem(option: OptionBody): string | undefined {
	const { name, type, choices, autocomplete, min_value = 0, max_value = 0, max_length, file_types } = option;
	if (choices && (choices.length < 1 || choices.length > 25)) return `${name}: 1 to 25 choices`;
	if (choices?.some((choice) => choice.name.length > 100 || choice.value.length > 100)) return `${name}: long choice`;
	if (choices && autocomplete) return `${name}: choices and autocomplete`;
	if (Math.abs(min_value) > SAFE || Math.abs(max_value) > SAFE || min_value > max_value) return `${name}: bounds`;
	if (max_length !== undefined && (type !== STRING || max_length < 1 || max_length > 6000))
		return `${name}: max_length`;
	if (file_types && (type !== ATTACHMENT || file_types.length > 10)) return `${name}: file_types`;
	return undefined;
}

/** Kinds of component in a form. */
const LABEL = 18;
const TEXT_INPUT = 4;
const STRING_SELECT = 3;

/** What is wrong with a form, or undefined. */
export function modalProblem({ custom_id, title, components }: FakeModal): string | undefined {
	if (custom_id.length < 1 || custom_id.length > 100) return 'custom_id: 1 to 100';
	if (title.length < 1 || title.length > 45) return 'title: 1 to 45';
	if (components.length < 1 || components.length > 5) return 'components: 1 to 5';
	if (components.some(({ type }) => type !== LABEL)) return 'components: labels only';
	if (components.some(({ label }) => label.length < 1 || label.length > 45)) return 'label: 1 to 45';
	if (components.some(({ description = '' }) => description.length > 100)) return 'description: 100 at most';
	return components.map(({ component }) => fieldProblem(component)).find(Boolean);
}

function fieldProblem({ type, custom_id, value = '', max_length = 4000, options = [] }: FakeField): string | undefined {
	if (type === TEXT_INPUT && (max_length < 1 || max_length > 4000)) return `${custom_id}: max_length`;
	if (type === TEXT_INPUT && value.length > max_length) return `${custom_id}: value too long`;
	if (type === STRING_SELECT && (options.length < 1 || options.length > 25)) return `${custom_id}: 1 to 25 options`;
	return undefined;
}
