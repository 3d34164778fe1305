/** The commands that Discord accepts, as schemas. */
import * as z from 'zod';
import { areUnique, fact, rule, text, unused } from '../facts.ts';
import { docs, openApi } from './sources.ts';

const NAMING = docs('Application Commands, "Application Command Naming"');
const commandName = text(1, 32)
	.regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]+$/u, NAMING)
	.refine((name) => name === name.toLowerCase(), `lower case (${NAMING})`);
const described = {
	name: commandName,
	name_localizations: unused,
	description: text(1, 100),
	description_localizations: unused,
};

const optional = { ...described, required: z.boolean().nullish() };
const int53 = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).nullish();
const boundsInOrder = rule<{ min_value?: number | null; max_value?: number | null }>(
	'min_value: at most max_value',
	({ min_value, max_value }) => (min_value ?? Number.NEGATIVE_INFINITY) <= (max_value ?? Number.POSITIVE_INFINITY),
);
export const CHOICE = fact(openApi('ApplicationCommandOptionStringChoice'), {
	name: text(1, 100),
	name_localizations: unused,
	// The documentation allows fewer characters than the OpenAPI (Application Commands, "Option Choice Structure").
	value: text(0, 100),
});
const numericChoice = fact(openApi('ApplicationCommandOptionIntegerChoice'), {
	name: text(1, 100),
	name_localizations: unused,
	value: z.number(),
});
const complete = { autocomplete: z.boolean().nullish() };
const notBoth = rule<{ autocomplete?: boolean | null; choices?: unknown }>(
	`autocomplete: not with choices (${docs('Application Commands, "Application Command Option Structure"')})`,
	({ autocomplete, choices }) => !(autocomplete && choices),
);

const numeric = <T extends 4 | 10>(type: T, schema: string) =>
	fact(openApi(schema), {
		...optional,
		...complete,
		type: z.literal(type),
		choices: z.array(numericChoice).min(1).max(25).nullish(),
		min_value: int53,
		max_value: int53,
	}).superRefine(boundsInOrder);

const plainOption = <T extends 5 | 6>(type: T, schema: string) =>
	fact(openApi(schema), { ...optional, type: z.literal(type) });

const option = z.discriminatedUnion('type', [
	fact(openApi('ApplicationCommandStringOption'), {
		...optional,
		...complete,
		type: z.literal(3),
		min_length: z.int().min(0).max(6000).nullish(),
		max_length: z.int().min(1).max(6000).nullish(),
		choices: z.array(CHOICE).min(1).max(25).nullish(),
	}).superRefine(notBoth),
	numeric(4, 'ApplicationCommandIntegerOption'),
	plainOption(5, 'ApplicationCommandBooleanOption'),
	plainOption(6, 'ApplicationCommandUserOption'),
	numeric(10, 'ApplicationCommandNumberOption'),
	fact(openApi('ApplicationCommandAttachmentOption'), {
		...optional,
		type: z.literal(11),
		// Not in the OpenAPI of July 2026. discord-api-types 0.38.57 allows ten. Discord may omit it from responses.
		file_types: z.array(z.string()).max(10).nullish(),
	}),
]);

interface Named {
	readonly name: string;
	readonly required?: boolean | null;
}

const STRUCTURE = docs('Application Commands, "Application Command Structure"');
const optionList = <T extends z.ZodType<Named>>(entry: T) =>
	z
		.array(entry)
		.max(25)
		.superRefine(
			rule<readonly Named[]>(`names: unique (${STRUCTURE})`, (list) => areUnique(list.map(({ name }) => name))),
		)
		.superRefine(
			rule<readonly Named[]>(`required ones first (${STRUCTURE})`, (list) => {
				const first = list.findIndex(({ required }) => !required);
				return first === -1 || !list.slice(first).some(({ required }) => required);
			}),
		)
		.nullish();

const subcommand = fact(openApi('ApplicationCommandSubcommandOption'), {
	...optional,
	type: z.literal(1),
	options: optionList(option),
});

interface Sized extends Partial<Named> {
	readonly description?: string;
	readonly choices?: readonly { readonly name: string; readonly value: string | number }[] | null;
	readonly options?: readonly Sized[] | null;
}

/** The number of characters in all of a command's visible texts. */
const sizeOf = ({ name = '', description = '', choices, options }: Sized): number =>
	name.length +
	description.length +
	(choices ?? []).reduce((sum, each) => sum + each.name.length + String(each.value).length, 0) +
	(options ?? []).reduce((sum, each) => sum + sizeOf(each), 0);

const registered = {
	contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
	integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
	default_member_permissions: z.string().regex(/^\d+$/).nullish(),
	name_localizations: unused,
	nsfw: unused,
};

const slashCommand = fact(openApi('ApplicationCommandUpdateRequest'), {
	...described,
	...registered,
	type: z.literal(1),
	options: optionList(z.discriminatedUnion('type', [subcommand, ...option.options])).superRefine(
		rule<readonly { type: number }[] | null | undefined>(
			`subcommands stand alone (${docs('Application Commands, "Subcommands and Subcommand Groups"')})`,
			(list) => !list?.some(({ type }) => type === 1) || list.every(({ type }) => type === 1),
		),
	),
}).superRefine(
	rule<Sized>(
		`8000 characters at most (${docs('Application Commands, "Slash Commands"')})`,
		(command) => sizeOf(command) <= 8000,
	),
);

const messageCommand = fact(docs('Application Commands, "Message commands"'), {
	...registered,
	type: z.literal(3),
	name: text(1, 32).regex(/^[\w-][\w -]*$/),
});

export const COMMAND = z.discriminatedUnion('type', [slashCommand, messageCommand]);

const atMostOf = (type: number, most: number) =>
	rule<readonly { type: number }[]>(
		`at most ${most} of type ${type} (${docs('Application Commands, "Registering a Command"')})`,
		(list) => list.filter((command) => command.type === type).length <= most,
	);

export const COMMANDS = z.array(COMMAND).superRefine(atMostOf(1, 100)).superRefine(atMostOf(3, 15));
