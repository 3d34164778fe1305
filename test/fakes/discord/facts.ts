/** The request bodies that Discord accepts, as schemas. */
import * as z from 'zod';
import { areUnique, fact, rule, text, unused } from '../facts.ts';
import { CHOICE, COMMANDS } from './command-facts.ts';
import { docs, openApi } from './sources.ts';

const snowflake = z.string().regex(/^\d{1,20}$/);
const customId = text(1, 100);
const id = z.int().min(0).nullish();

// Messages.

const button = fact(openApi('ButtonComponentForMessageRequest'), {
	type: z.literal(2),
	id,
	// Buttons with a link have no custom_id (documentation, Component Reference, "Button"); the bot has none of those.
	custom_id: customId,
	style: z.int().min(1).max(4),
	label: text(1, 80),
	disabled: z.boolean().nullish(),
	emoji: unused,
});

const actionRow = fact(openApi('ActionRowComponentForMessageRequest'), {
	type: z.literal(1),
	id,
	// At most five buttons (documentation, Component Reference, "Action Row").
	components: z.array(button).min(1).max(5),
});

const attachment = fact(openApi('MessageAttachmentRequest'), {
	// The id of a file in this request, or of one that the message already has.
	id: z.union([snowflake, z.int().min(0)]),
	filename: text(1, 1024).nullish(),
	description: text(0, 1024).nullish(),
	title: unused,
	duration_secs: unused,
	waveform: unused,
	is_spoiler: z.boolean().nullish(),
	is_remix: unused,
});

const mentions = fact(openApi('MessageAllowedMentionsRequest'), {
	parse: z.array(z.enum(['users', 'roles', 'everyone'])).nullish(),
	users: z.array(snowflake).max(100).nullish(),
	roles: z.array(snowflake).max(100).nullish(),
	replied_user: z.boolean().nullish(),
}).superRefine(
	rule<{ parse?: readonly string[] | null; users?: unknown; roles?: unknown }>(
		'a kind stands in parse or has a list, not both (documentation, Message, "Allowed Mentions Object")',
		({ parse, users, roles }) => !(parse?.includes('users') && users) && !(parse?.includes('roles') && roles),
	),
);

type ComponentRows = readonly { readonly components: readonly { readonly custom_id: string }[] }[];

const content = {
	// The limit for applications; people may write more (documentation, Message, "Create Message").
	content: text(0, 2000).nullish(),
	embeds: unused,
	allowed_mentions: mentions.nullish(),
	components: z
		.array(actionRow)
		.max(5)
		.superRefine(
			rule<ComponentRows>('custom_id: unique in a message (documentation, Component Reference)', (rows) =>
				areUnique(rows.flatMap((row) => row.components).map((each) => each.custom_id)),
			),
		)
		.nullish(),
	attachments: z.array(attachment).max(10).nullish(),
	flags: z.int().nullish(),
	poll: unused,
};

const newContent = {
	...content,
	tts: z.boolean().nullish(),
	// Documented only for messages in channels, but discord.js sends it with every new message.
	enforce_nonce: z.literal(false).nullish(),
};

export const MESSAGE_EDIT = fact(openApi('MessageEditRequestPartial'), { ...content, sticker_ids: unused });
const WEBHOOK_EDIT = fact(openApi('IncomingWebhookUpdateRequestPartial'), content);
const WEBHOOK_MESSAGE = fact(openApi('IncomingWebhookRequestPartial'), {
	...newContent,
	username: unused,
	avatar_url: unused,
	thread_name: unused,
	applied_tags: unused,
});
const MESSAGE = fact(openApi('MessageCreateRequest'), {
	...newContent,
	sticker_ids: unused,
	message_reference: unused,
	nonce: unused,
	enforce_nonce: z.boolean().nullish(),
	shared_client_theme: unused,
});

const THREAD = fact(openApi('CreateTextThreadWithMessageRequest'), {
	name: text(1, 100),
	auto_archive_duration: z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10080)]).nullish(),
	rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
});

// Responses to interactions.

const fieldId = { id, custom_id: customId, required: z.boolean().nullish() };
const values = (least: number, most: number) => ({
	min_values: z.int().min(0).max(most).nullish(),
	max_values: z.int().min(least).max(most).nullish(),
});

const selectOption = fact(openApi('StringSelectOptionForRequest'), {
	label: text(1, 100),
	value: text(1, 100),
	description: text(0, 100).nullish(),
	default: z.boolean().nullish(),
	emoji: unused,
});

const field = z.discriminatedUnion('type', [
	fact(openApi('StringSelectComponentForModalRequest'), {
		...fieldId,
		...values(1, 25),
		type: z.literal(3),
		placeholder: text(0, 150).nullish(),
		options: z.array(selectOption).min(1).max(25),
	}),
	fact(openApi('TextInputComponentForModalRequest'), {
		...fieldId,
		type: z.literal(4),
		style: z.int().min(1).max(2),
		value: text(0, 4000).nullish(),
		placeholder: text(0, 100).nullish(),
		min_length: z.int().min(0).max(4000).nullish(),
		max_length: z.int().min(1).max(4000).nullish(),
	}).superRefine(
		rule<{ value?: string | null; max_length?: number | null }>(
			`value: at most max_length (${docs('Component Reference, "Text Input"')})`,
			({ value, max_length }) => (value ?? '').length <= (max_length ?? 4000),
		),
	),
	fact(openApi('FileUploadComponentForModalRequest'), {
		...fieldId,
		...values(1, 10),
		type: z.literal(19),
		// Like that of an option.
		file_types: z.array(z.string()).max(10).nullish(),
	}),
	fact(openApi('CheckboxComponentForModalRequest'), {
		id,
		type: z.literal(23),
		custom_id: customId,
		default: z.boolean().nullish(),
	}),
]);

const label = fact(openApi('LabelComponentForModalRequest'), {
	type: z.literal(18),
	id,
	label: text(1, 45),
	description: text(1, 100).nullish(),
	component: field,
});

export const MODAL = fact(openApi('ModalInteractionCallbackRequestData'), {
	custom_id: customId,
	title: text(1, 45),
	components: z.array(label).min(1).max(5),
});

const CHOICES = fact(openApi('InteractionApplicationCommandAutocompleteCallbackStringData'), {
	choices: z.array(CHOICE).max(25),
});

const FLAGS = fact(docs('Receiving and Responding, "Interaction Callback Data Structure"'), {
	flags: z.int().nullish(),
});

const callback = <T extends number, D extends z.ZodType>(type: T, data: D) =>
	fact(docs('Receiving and Responding, "Interaction Response Structure"'), { type: z.literal(type), data });

const CALLBACK = z.discriminatedUnion('type', [
	callback(4, fact(docs('Receiving and Responding, "Messages"'), newContent)),
	callback(5, FLAGS.optional()),
	callback(6, FLAGS.optional()),
	callback(8, CHOICES),
	callback(9, MODAL),
]);

/** The most files in one request (documentation, Message, "Create Message"). */
export const MAX_FILES = 10;

/** The schema for each request with a body, by method and route. The first match counts. */
export const REQUESTS: readonly (readonly [method: string, route: RegExp, body: z.ZodType])[] = [
	['PUT', /^\/applications\/\d+\/commands$/, COMMANDS],
	['POST', /^\/interactions\/\d+\/[^/]+\/callback$/, CALLBACK],
	['POST', /^\/webhooks\/\d+\/[^/]+$/, WEBHOOK_MESSAGE],
	['PATCH', /^\/webhooks\/\d+\/[^/]+\/messages\/(@original|\d+)$/, WEBHOOK_EDIT],
	['POST', /^\/channels\/\d+\/messages$/, MESSAGE],
	['PATCH', /^\/channels\/\d+\/messages\/\d+$/, MESSAGE_EDIT],
	['POST', /^\/channels\/\d+\/messages\/\d+\/threads$/, THREAD],
];
