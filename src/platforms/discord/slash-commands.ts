/** Converts the registry to the body of Discord's request that registers commands. */

import {
	type APIApplicationCommandBasicOption,
	type APIApplicationCommandSubcommandOption,
	ApplicationCommandOptionType,
	ApplicationCommandType,
	PermissionFlagsBits,
	type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { defaultText } from '../../../commands/lib/default-text.ts';
import { inChats } from '../../../commands/lib/in-chats.ts';
import type { OptionSpec, OptionSpecs, TextOption } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { MAX_SEED } from '../../../gpu/jobs/index.ts';

/** The most choices of an option, and the most suggestions shown at once. */
export const MAX_CHOICES = 25;

/** The longest description, in characters. */
export const MAX_DESCRIPTION = 100;

/** The longest model name, list of numbers or list of names, in characters; prompts have their own limit. */
export const MAX_SHORT_TEXT = 200;

/** The longest web address, in characters; longer ones are rarely a picture's. */
const MAX_ADDRESS = 2000;

/** Discord's own limit for a text option, in characters. */
const MAX_TEXT = 6000;

/**
 * Builds the slash commands. Two-word commands with the same first word become subcommands of one.
 *
 * Discord refuses the whole registration for a single fault, so nothing is shortened silently except descriptions.
 */
export function slashCommands(commands: readonly Command[]): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
	const families = new Map<string, Command[]>();
	for (const command of inChats(commands)) {
		const [first] = command.name.split(' ');
		families.set(first, [...(families.get(first) ?? []), command]);
	}
	return [...families].map(([name, members]) => ({
		type: ApplicationCommandType.ChatInput,
		name,
		...(members.some((member) => member.name !== name) ? family(members) : single(members[0])),
		...(members.every(({ staffOnly }) => staffOnly) && STAFF),
	}));
}

/** Hides a command from everybody else, unless the server's settings show it to more people. We check in any case. */
const STAFF = { default_member_permissions: String(PermissionFlagsBits.ManageGuild) };

function single(command: Command) {
	const own = options(command);
	const hint = own.some(({ required }) => required) ? '' : firstToPick(command);
	return { description: shorten(command.summary, MAX_DESCRIPTION - hint.length) + hint, options: own };
}

/**
 * If all options of a command are optional, Discord's client drops the words typed after it (discord-api-docs#2626), so people
 * must pick an option first.
 */
function firstToPick({ options: specs }: Command): string {
	const [name] = Object.entries(specs).find(([, { positional }]) => positional) ?? [];
	return name === undefined ? '' : ` (pick: ${name})`;
}

/** The prompts for which the model has defaults. */
const promptsByModel = (specs: OptionSpecs) =>
	Object.keys(specs).filter((name) => {
		const spec = specs[name];
		return spec.kind === 'text' && spec.ofModel !== undefined;
	});

function family(members: readonly Command[]) {
	const verbs = members.map((member): APIApplicationCommandSubcommandOption => {
		const [, verb] = member.name.split(' ');
		return { type: ApplicationCommandOptionType.Subcommand, name: verb, ...single(member) };
	});
	// Nobody sees this description, because Discord lists only the subcommands.
	return { description: shorten(verbs.map(({ name }) => name).join(', '), MAX_DESCRIPTION), options: verbs };
}

/** The suffix of options for a picture's web address; the registry's own names have no underscore. */
const ADDRESS_SUFFIX = '_url';

/** The picture option that a web address option belongs to; undefined for any other option. */
export function addressedPicture(option: string): string | undefined {
	return option.endsWith(ADDRESS_SUFFIX) ? option.slice(0, -ADDRESS_SUFFIX.length) : undefined;
}

/**
 * Discord wants required options first; otherwise they keep the order of the specs. Each picture option is followed by one for
 * its web address. As either will do, neither can be required.
 */
function options(command: Command): APIApplicationCommandBasicOption[] {
	const specs = Object.entries(command.options);
	const hasRequired = specs.some(([, { required }]) => required);
	// Several prompts are given all or not at all, so requiring one would require them all.
	const hasSeveral = promptsByModel(command.options).length > 1;
	const all = specs.flatMap(([name, spec], i) => {
		if (i === 0 && name === PROMPT && spec.kind === 'text' && !hasRequired && !hasSeveral)
			return [option(name, requiredPrompt(spec))];
		if (spec.kind !== 'image') return [option(name, spec)];
		return [option(name, { ...spec, required: undefined }), addressOption(name)];
	});
	return [...all.filter(({ required }) => required), ...all.filter(({ required }) => !required)];
}

const PROMPT = 'prompt';

/** The words typed for an optional prompt would be dropped, see `firstToPick`, and everybody would get the default. */
const requiredPrompt = (spec: TextOption): TextOption => {
	const example = spec.default === undefined ? '' : ` (for example: ${spec.default})`;
	return { ...spec, summary: spec.summary + example, required: true };
};

/** The name of the option for a picture's web address. */
export const addressOptionOf = (picture: string) => picture + ADDRESS_SUFFIX;

const addressOption = (name: string): APIApplicationCommandBasicOption => ({
	type: ApplicationCommandOptionType.String,
	name: addressOptionOf(name),
	description: `Instead of a file for ${name}: its web address, https://…`,
	required: false,
	max_length: MAX_ADDRESS,
});

function option(name: string, spec: OptionSpec): APIApplicationCommandBasicOption {
	const base = { name, description: description(spec), required: spec.required === true };
	const { Attachment, Boolean: Flag, Integer, Number: Decimal, String: Text } = ApplicationCommandOptionType;
	switch (spec.kind) {
		case 'text': {
			const max_length = Math.min(spec.maxLength, MAX_TEXT);
			return spec.suggestions || spec.prompt
				? { ...base, type: Text, max_length, autocomplete: true }
				: { ...base, type: Text, max_length };
		}
		case 'integer':
			return { ...base, type: Integer, min_value: spec.min, max_value: spec.max };
		case 'number':
			return { ...base, type: Decimal, min_value: spec.min, max_value: spec.max };
		case 'seed':
			return { ...base, type: Integer, min_value: 0, max_value: MAX_SEED };
		case 'integers':
		case 'numbers':
			return { ...base, type: Text, max_length: MAX_SHORT_TEXT };
		case 'choice':
			if (spec.choices.length > MAX_CHOICES)
				return { ...base, type: Text, max_length: MAX_SHORT_TEXT, autocomplete: true };
			return { ...base, type: Text, choices: spec.choices.map((choice) => ({ name: choice, value: choice })) };
		case 'names':
		case 'model':
			return { ...base, type: Text, max_length: MAX_SHORT_TEXT, autocomplete: true };
		case 'flag':
			return { ...base, type: Flag };
		case 'image':
			return { ...base, type: Attachment, file_types: ['image'] };
		case 'embeddings':
			return { ...base, type: Attachment };
		case 'user':
			return { ...base, type: ApplicationCommandOptionType.User };
	}
}

/** The summary, with the default if there is room: Discord shows it nowhere else. */
function description(spec: OptionSpec): string {
	const standard = defaultText(spec);
	const whole = spec.summary + (standard === undefined ? '' : ` (default: ${standard})`);
	return whole.length <= MAX_DESCRIPTION ? whole : shorten(spec.summary, MAX_DESCRIPTION);
}
