/**
 * The blocks and forms that Slack accepts, as schemas. Sources: docs.slack.dev/reference ("block-kit/…", "views/…") and the
 * comments of @slack/types 2.
 */
import * as z from 'zod';
import { areUnique, fact, rule, text, unused } from '../facts.ts';

const plain = (most: number) =>
	fact('block-kit/composition-objects/text-object', {
		type: z.literal('plain_text'),
		text: text(1, most),
		emoji: z.boolean().optional(),
	});

const marked = (most: number) =>
	fact('block-kit/composition-objects/text-object', {
		type: z.literal('mrkdwn'),
		text: text(1, most),
		verbatim: z.boolean().optional(),
	});

const anyText = (most: number) => z.discriminatedUnion('type', [plain(most), marked(most)]);

const blockId = { block_id: text(1, 255).optional() };
const actionId = text(1, 255);
const style = fact('block-kit/blocks/rich-text-block#element-types', {
	bold: z.boolean().optional(),
	italic: z.boolean().optional(),
	strike: z.boolean().optional(),
	underline: z.boolean().optional(),
	code: z.boolean().optional(),
}).optional();

const word = z.discriminatedUnion('type', [
	// Slack rejects an empty one.
	fact('block-kit/blocks/rich-text-block#text-element-type', {
		type: z.literal('text'),
		text: z.string().min(1),
		style,
	}),
	fact('block-kit/blocks/rich-text-block#link-element-type', {
		type: z.literal('link'),
		url: z.string().min(1),
		text: z.string().optional(),
		unsafe: z.boolean().optional(),
		style,
	}),
	fact('block-kit/blocks/rich-text-block#date-element-type', {
		type: z.literal('date'),
		timestamp: z.int(),
		format: z.string().min(1),
		url: z.string().optional(),
		fallback: z.string().optional(),
		style,
	}),
	fact('block-kit/blocks/rich-text-block#user-element-type', {
		type: z.literal('user'),
		user_id: z.string().regex(/^[UW]/),
		style,
	}),
	fact('block-kit/blocks/rich-text-block#emoji-element-type', { type: z.literal('emoji'), name: z.string().min(1) }),
]);

const words = z.array(word).min(1);
const section = fact('block-kit/blocks/rich-text-block#rich_text_section', {
	type: z.literal('rich_text_section'),
	elements: words,
});

const richText = fact('block-kit/blocks/rich-text-block', {
	...blockId,
	type: z.literal('rich_text'),
	elements: z
		.array(
			z.discriminatedUnion('type', [
				section,
				fact('block-kit/blocks/rich-text-block#rich_text_quote', {
					type: z.literal('rich_text_quote'),
					elements: words,
					border: z.int().optional(),
				}),
				fact('block-kit/blocks/rich-text-block#rich_text_preformatted', {
					type: z.literal('rich_text_preformatted'),
					elements: words,
					border: z.int().optional(),
				}),
				fact('block-kit/blocks/rich-text-block#rich_text_list', {
					type: z.literal('rich_text_list'),
					style: z.enum(['bullet', 'ordered']),
					elements: z.array(section).min(1),
					indent: z.int().optional(),
					offset: z.int().optional(),
					border: z.int().optional(),
				}),
			]),
		)
		.min(1),
});

const image = fact('block-kit/blocks/image-block', {
	...blockId,
	type: z.literal('image'),
	alt_text: text(1, 2000),
	title: plain(2000).optional(),
	image_url: text(1, 3000).optional(),
	slack_file: fact('block-kit/composition-objects/slack-file-object', {
		id: z.string().optional(),
		url: z.string().optional(),
	})
		.superRefine(rule<{ id?: string; url?: string }>('either id or url', ({ id, url }) => Boolean(id) !== Boolean(url)))
		.optional(),
}).superRefine(
	rule<{ image_url?: string; slack_file?: object }>(
		'either image_url or slack_file',
		({ image_url, slack_file }) => Boolean(image_url) !== Boolean(slack_file),
	),
);

const button = fact('block-kit/block-elements/button-element', {
	type: z.literal('button'),
	text: plain(75),
	action_id: actionId.optional(),
	value: text(1, 2000).optional(),
	url: text(1, 3000).optional(),
	style: z.enum(['primary', 'danger']).optional(),
	confirm: unused,
	accessibility_label: text(1, 75).optional(),
});

const actions = fact('block-kit/blocks/actions-block', {
	...blockId,
	type: z.literal('actions'),
	elements: z
		.array(button)
		.min(1)
		.max(25)
		.superRefine(
			rule<readonly { action_id?: string }[]>('action_id: unique in a block', (elements) =>
				areUnique(elements.map(({ action_id }) => action_id)),
			),
		),
});

const sectionBlock = fact('block-kit/blocks/section-block', {
	...blockId,
	type: z.literal('section'),
	text: anyText(3000).optional(),
	fields: z.array(anyText(2000)).min(1).max(10).optional(),
	accessory: unused,
	expand: z.boolean().optional(),
}).superRefine(
	rule<{ text?: object; fields?: object }>('text or fields', (block) => Boolean(block.text ?? block.fields)),
);

const context = fact('block-kit/blocks/context-block', {
	...blockId,
	type: z.literal('context'),
	elements: z.array(anyText(3000)).min(1).max(10),
});

const divider = fact('block-kit/blocks/divider-block', { ...blockId, type: z.literal('divider') });

const haveUniqueIds = rule<readonly { block_id?: string }[]>('block_id: unique in a message or view', (blocks) =>
	areUnique(blocks.flatMap(({ block_id }) => block_id ?? [])),
);

export const BLOCKS = z
	.array(z.discriminatedUnion('type', [richText, image, actions, sectionBlock, context, divider]))
	.max(50)
	.superRefine(haveUniqueIds);

// Forms.

const placeholder = { action_id: actionId.optional(), placeholder: plain(150).optional(), focus_on_load: unused };

const choice = fact('block-kit/composition-objects/option-object', {
	text: plain(75),
	value: text(1, 150),
	description: plain(75).optional(),
});

const isAmong = (options: readonly object[], chosen: object | undefined) =>
	chosen === undefined || options.some((each) => JSON.stringify(each) === JSON.stringify(chosen));

interface Choosing {
	readonly options: readonly object[];
	readonly initial_option?: object;
	readonly initial_options?: readonly object[];
}

const fromAmong = rule<Choosing>(
	'initial options: among the options',
	({ options, initial_option, initial_options = [] }) =>
		[initial_option, ...initial_options].every((chosen) => isAmong(options, chosen)),
);

const element = z.discriminatedUnion('type', [
	fact('block-kit/block-elements/plain-text-input-element', {
		...placeholder,
		type: z.literal('plain_text_input'),
		initial_value: z.string().min(1).optional(),
		multiline: z.boolean().optional(),
		min_length: z.int().min(0).max(3000).optional(),
		max_length: z.int().min(1).max(3000).optional(),
		dispatch_action_config: unused,
	}).superRefine(
		rule<{ initial_value?: string; max_length?: number }>(
			'initial_value: at most max_length',
			({ initial_value = '', max_length = 3000 }) => initial_value.length <= max_length,
		),
	),
	fact('block-kit/block-elements/select-menu-element', {
		...placeholder,
		type: z.literal('static_select'),
		options: z.array(choice).min(1).max(100),
		initial_option: choice.optional(),
		confirm: unused,
	}).superRefine(fromAmong),
	fact('block-kit/block-elements/multi-select-menu-element', {
		...placeholder,
		type: z.literal('multi_static_select'),
		options: z.array(choice).min(1).max(100),
		initial_options: z.array(choice).min(1).optional(),
		max_selected_items: z.int().min(1).optional(),
		confirm: unused,
	}).superRefine(fromAmong),
	fact('block-kit/block-elements/checkboxes-element', {
		action_id: actionId.optional(),
		type: z.literal('checkboxes'),
		options: z.array(choice).min(1).max(10),
		initial_options: z.array(choice).min(1).optional(),
		confirm: unused,
		focus_on_load: unused,
	}).superRefine(fromAmong),
	fact('block-kit/block-elements/select-menu-element#users_select', {
		...placeholder,
		type: z.literal('users_select'),
		initial_user: z.string().optional(),
		confirm: unused,
	}),
	fact('block-kit/block-elements/file-input-element', {
		action_id: actionId.optional(),
		type: z.literal('file_input'),
		filetypes: z.array(z.string()).optional(),
		max_files: z.int().min(1).max(10).optional(),
	}),
]);

const input = fact('block-kit/blocks/input-block', {
	...blockId,
	type: z.literal('input'),
	label: plain(2000),
	element,
	dispatch_action: z.boolean().optional(),
	hint: plain(2000).optional(),
	optional: z.boolean().optional(),
});

export const VIEW = fact('views/modal-views', {
	type: z.literal('modal'),
	title: plain(24),
	// Required with an input block, which all our forms have.
	submit: plain(24),
	close: plain(24).optional(),
	blocks: z
		.array(z.discriminatedUnion('type', [input, sectionBlock, context, divider]))
		.max(100)
		.superRefine(haveUniqueIds),
	private_metadata: text(0, 3000).optional(),
	callback_id: text(1, 255).optional(),
	clear_on_close: z.boolean().optional(),
	notify_on_close: z.boolean().optional(),
	external_id: text(0, 255).optional(),
});
