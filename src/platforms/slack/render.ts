/** Renders message views for Slack: literal text, pictures with alt text, buttons. */
import type { types } from '@slack/bolt';
import { shorten } from '../../../commands/lib/shorten.ts';
import { askerParts } from '../../chat/asker.ts';
import { progressBar } from '../../chat/progress-bar.ts';
import { withShortQuotes } from '../../chat/short-quotes.ts';
import { type Button, isOpen, type MessageView } from '../../desk/view.ts';
import { personOf } from './people.ts';
import { escapeText } from './text.ts';

/** A complete message: people see `blocks`; notifications and screen readers use `text`. */
export interface Payload {
	readonly text: string;
	readonly blocks: types.KnownBlock[];
}

/** A picture that Slack has accepted and checked. */
export interface ShownPicture {
	readonly file: string;
	readonly alt: string;
}

/** Slack cuts a message's text at 4000 characters, entities included. */
const MAX_TEXT = 3000;
const MAX_ALT = 2000;
const MAX_LABEL = 75;
/** The most buttons in one block. */
const MAX_BUTTONS = 25;

/** @param pictures the view's figures after their upload */
export function render(view: MessageView, pictures: readonly ShownPicture[] = []): Payload {
	const { state, title, text, progress } = view;
	const line = [progress && progressBar(progress), caption(text)].filter(Boolean).join(' ');
	// Until a request is done, the first line says what was asked.
	const heading = state === 'done' ? '' : `${title.replace(/\s+/g, ' ')}\n`;
	const body: types.RichTextElement[] = [
		...(heading ? [{ type: 'text', text: heading, style: { italic: true } } as const] : []),
		...(line ? [{ type: 'text', text: shorten(line, MAX_TEXT) } as const] : []),
		...end(view),
	];
	body.push(...asker(view, body.length > 0 ? '\n' : ''));
	return {
		text: escapeText(shorten(heading + line, MAX_TEXT)),
		blocks: [...richText(body), ...pictures.map(picture), ...actions(view.buttons)],
	};
}

const caption = (text: string): string => withShortQuotes(text, ({ length }) => length <= MAX_TEXT);

/** A message that consists only of pictures. */
export const picturesAlone = (pictures: readonly ShownPicture[]): Payload => ({
	text: escapeText(shorten(pictures.map(({ alt }) => alt).join('\n'), MAX_TEXT)),
	blocks: pictures.map(picture),
});

/** A message that is one plain text. */
export function sentence(text: string, buttons: readonly Button[] = []): Payload {
	const cut = shorten(caption(text), MAX_TEXT);
	return { text: escapeText(cut), blocks: [...richText([{ type: 'text', text: cut }]), ...actions(buttons)] };
}

/** A message that is one plain text followed by a link. */
export function linked(text: string, url: string): Payload {
	const cut = shorten(text, MAX_TEXT);
	const elements = [{ type: 'text', text: `${cut} ` } as const, { type: 'link', url } as const];
	return { text: escapeText(cut), blocks: richText(elements) };
}

/** A message that is one plain text and notifies one person. */
export function mention(person: string, text: string): Payload {
	const elements = [{ type: 'user', user_id: person } as const, { type: 'text', text: ` ${text}` } as const];
	return { text: escapeText(text), blocks: richText(elements) };
}

/**
 * Rich text shows what was typed as it is: no prompt becomes a mention, a link, an emoji or markup. Slack refuses an empty one,
 * so that gives no block.
 */
const richText = (elements: types.RichTextElement[]): types.KnownBlock[] =>
	elements.length > 0 ? [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }] : [];

/** When the request will be done, by the reader's own clock. */
function end(view: MessageView): types.RichTextElement[] {
	const { eta } = view;
	if (!eta || !isOpen(view)) return [];
	const timestamp = Math.round(eta.endsAt / 1000);
	const fallback = new Date(eta.endsAt).toISOString().slice(11, 16);
	return [
		{ type: 'text', text: ' Done at about ' },
		{ type: 'date', timestamp, format: '{time}', fallback: `${fallback} UTC` },
		{ type: 'text', text: '.' },
	];
}

/** Somebody who waited long is mentioned: a new message with a mention notifies people, an edit does not. */
function asker(view: MessageView, before: string): types.RichTextElement[] {
	const parts = askerParts(view).map((part): types.RichTextElement => {
		if (typeof part === 'string') return { type: 'text', text: part };
		const person = view.waitedLong && part === view.asker ? personOf(part.id) : undefined;
		return person === undefined ? { type: 'text', text: part.name } : { type: 'user', user_id: person };
	});
	return parts.length > 0 && before ? [{ type: 'text', text: before }, ...parts] : parts;
}

const picture = ({ file, alt }: ShownPicture): types.KnownBlock => ({
	type: 'image',
	slack_file: { id: file },
	alt_text: shorten(alt, MAX_ALT),
});

function actions(buttons: readonly Button[]): types.KnownBlock[] {
	const elements = buttons.slice(0, MAX_BUTTONS).map(
		({ id, label, style }): types.Button => ({
			type: 'button',
			action_id: id,
			value: id,
			text: { type: 'plain_text', text: shorten(label, MAX_LABEL) },
			...(style !== 'secondary' && { style }),
		}),
	);
	return elements.length > 0 ? [{ type: 'actions', elements }] : [];
}
