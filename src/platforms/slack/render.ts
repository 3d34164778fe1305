/** Message views in Slack's words: literal text, pictures with alt text, buttons. */
import type { types } from '@slack/bolt';
import { shorten } from '../../../commands/lib/shorten.ts';
import { askerParts } from '../../chat/asker.ts';
import { progressBar } from '../../chat/progress-bar.ts';
import { type Button, isOpen, type MessageView } from '../../desk/view.ts';
import { personOf } from './people.ts';
import { escapeText } from './text.ts';

/** A whole message: `blocks` are what people see, `text` what notifications and screen readers say. */
export interface Payload {
	readonly text: string;
	readonly blocks: types.KnownBlock[];
}

/** A picture that Slack has taken and checked. */
export interface ShownPicture {
	readonly file: string;
	readonly alt: string;
}

/** Slack cuts a message's text at 4000 characters, entities included. */
const MAX_TEXT = 3000;
const MAX_ALT = 2000;
const MAX_LABEL = 75;
/** Of one block of buttons. */
const MAX_BUTTONS = 25;

/** @param pictures in place of the view's figures, which have to be uploaded first */
export function render(view: MessageView, pictures: readonly ShownPicture[] = []): Payload {
	const { state, title, text, progress } = view;
	const line = [progress && progressBar(progress), text].filter(Boolean).join(' ');
	// A finished request speaks for itself; until then the first line says what was asked.
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

/** A message of nothing but pictures. */
export const picturesAlone = (pictures: readonly ShownPicture[]): Payload => ({
	text: escapeText(shorten(pictures.map(({ alt }) => alt).join('\n'), MAX_TEXT)),
	blocks: pictures.map(picture),
});

/** A message of one plain text. */
export function sentence(text: string, buttons: readonly Button[] = []): Payload {
	const cut = shorten(text, MAX_TEXT);
	return { text: escapeText(cut), blocks: [...richText([{ type: 'text', text: cut }]), ...actions(buttons)] };
}

/** A message of one plain text, with a link after it. */
export function linked(text: string, url: string): Payload {
	const cut = shorten(text, MAX_TEXT);
	const elements = [{ type: 'text', text: `${cut} ` } as const, { type: 'link', url } as const];
	return { text: escapeText(cut), blocks: richText(elements) };
}

/** A message of one plain text that one person is to hear of. */
export function mention(person: string, text: string): Payload {
	const elements = [{ type: 'user', user_id: person } as const, { type: 'text', text: ` ${text}` } as const];
	return { text: escapeText(text), blocks: richText(elements) };
}

/**
 * In rich text what is typed is shown as it is: no prompt becomes a mention, a link, an emoji or markup. Empty ones are
 * refused by Slack.
 */
const richText = (elements: types.RichTextElement[]): types.KnownBlock[] =>
	elements.length > 0 ? [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }] : [];

/** When it will be done, by the reader's own clock. */
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

/** Whoever waited long hears of it by a mention: of a new message people are told, of an edit not. */
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
