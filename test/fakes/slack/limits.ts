/** The limits of Slack's documentation ("Block Kit"): what breaks one is refused whole, as Slack does. */
import type { FakeBlock, FakeView } from './world.ts';

interface PlainText {
	readonly type?: string;
	readonly text?: string;
}

const within = (text: string | undefined, most: number) => (text?.length ?? 0) >= 1 && (text?.length ?? 0) <= most;

/** What is wrong with the blocks of a message, or undefined. */
export function blocksProblem(blocks: readonly FakeBlock[]): string | undefined {
	if (blocks.length > 50) return 'more than 50 blocks';
	return blocks.map(blockProblem).find((problem) => problem !== undefined);
}

function blockProblem(block: FakeBlock): string | undefined {
	switch (block.type) {
		case 'rich_text':
			return richTextProblem(block);
		case 'image':
			if (!within(block.alt_text, 2000)) return 'alt_text: 1 to 2000';
			return block.slack_file?.id && !block.image_url ? undefined : 'image: slack_file or image_url';
		case 'actions':
			return actionsProblem(block);
		case 'section':
			return within(block.text?.text, 3000) ? undefined : 'section: 1 to 3000';
		default:
			return `the fake knows no block ${block.type}`;
	}
}

function richTextProblem({ elements = [] }: FakeBlock): string | undefined {
	if (elements.length === 0) return 'rich_text: no elements';
	for (const section of elements) {
		if (section.type !== 'rich_text_section' || section.elements.length === 0) return 'rich_text_section: no elements';
		for (const { type, text, timestamp, format, fallback } of section.elements) {
			if (type === 'text' && !text) return 'text: empty';
			if (type === 'date' && !(Number.isInteger(timestamp) && format && fallback)) return 'date: incomplete';
			if (!['text', 'date', 'link'].includes(type)) return `the fake knows no element ${type}`;
		}
	}
	return undefined;
}

function actionsProblem({ elements = [] }: FakeBlock): string | undefined {
	if (elements.length < 1 || elements.length > 25) return 'actions: 1 to 25 elements';
	for (const { action_id, value, text, style } of elements) {
		if (!within(action_id, 255) || !within(value, 2000)) return 'button: action_id or value';
		if (text.type !== 'plain_text' || !within(text.text, 75)) return 'button: text 1 to 75';
		if (style !== undefined && !['primary', 'danger'].includes(style)) return `button: style ${style}`;
	}
	const ids = elements.map(({ action_id }) => action_id);
	return new Set(ids).size < ids.length ? 'actions: duplicated action_id' : undefined;
}

/** What is wrong with a form, or undefined. */
export function viewProblem(view: FakeView & { type?: string; submit?: PlainText; close?: PlainText }) {
	if (view.type !== 'modal') return 'type: modal';
	if (!within(view.title?.text, 24) || !within(view.submit?.text, 24)) return 'title, submit: 1 to 24';
	if (!within(view.callback_id, 255) || !within(view.private_metadata, 3000)) return 'callback_id, private_metadata';
	if (view.blocks.length > 100) return 'more than 100 blocks';
	const ids = view.blocks.flatMap(({ block_id }) => block_id ?? []);
	if (new Set(ids).size < ids.length) return 'duplicated block_id';
	return view.blocks.map(viewBlockProblem).find((problem) => problem !== undefined);
}

function viewBlockProblem(block: FakeBlock): string | undefined {
	if (block.type === 'section') return within(block.text?.text, 3000) ? undefined : 'section: 1 to 3000';
	if (block.type !== 'input') return `the fake knows no block ${block.type} in a form`;
	if (!within(block.label?.text, 2000) || block.label?.type !== 'plain_text') return `${block.block_id}: label`;
	if (block.hint && !within(block.hint.text, 2000)) return `${block.block_id}: hint`;
	const problem = elementProblem(block.element);
	return problem && `${block.block_id}: ${problem}`;
}

// biome-ignore lint/suspicious/noExplicitAny: every kind of element has other fields
function elementProblem(element: any): string | undefined {
	if (!within(element.action_id, 255)) return 'action_id';
	if (element.placeholder && !within(element.placeholder.text, 150)) return 'placeholder: 1 to 150';
	const options: { text: PlainText; value: string }[] = element.options ?? [];
	if (options.some(({ text, value }) => !within(text.text, 75) || !within(value, 150))) return 'option';
	switch (element.type) {
		case 'plain_text_input': {
			if (element.max_length !== undefined && (element.max_length < 1 || element.max_length > 3000))
				return 'max_length';
			const initial = element.initial_value;
			return initial === undefined || within(initial, element.max_length ?? 3000) ? undefined : 'initial_value';
		}
		case 'static_select':
		case 'multi_static_select': {
			if (options.length < 1 || options.length > 100) return 'options: 1 to 100';
			const chosen = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
			const known = chosen.every((each: object) => options.some((o) => JSON.stringify(o) === JSON.stringify(each)));
			return known ? undefined : 'initial_option: not among the options';
		}
		case 'checkboxes':
			return options.length < 1 || options.length > 10 ? 'options: 1 to 10' : undefined;
		case 'file_input':
			return element.max_files >= 1 && element.max_files <= 10 ? undefined : 'max_files: 1 to 10';
		case 'users_select':
			return undefined;
		default:
			return `the fake knows no element ${element.type}`;
	}
}
