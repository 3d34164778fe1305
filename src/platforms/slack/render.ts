/** Message views in Slack's words: literal text, pictures with alt text, buttons. */
import type { types } from '@slack/bolt';
import { shorten } from '../../../commands/lib/shorten.ts';
import { progressBar } from '../../chat/progress-bar.ts';
import { type Button, isOpen, type MessageView } from '../../desk/view.ts';
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

/** A message of one plain text, perhaps with a link after it. */
export function sentence(text: string, link?: string): Payload {
	const cut = shorten(text, MAX_TEXT);
	const linked =
		link === undefined
			? []
			: ([
					{ type: 'text', text: ' ' },
					{ type: 'link', url: link },
				] as const);
	return { text: escapeText(cut), blocks: richText([{ type: 'text', text: cut }, ...linked]) };
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
