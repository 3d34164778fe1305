/** Renders message views for Discord: text, files with alt text, rows of buttons. */
import {
	type APIActionRowComponent,
	type APIButtonComponentWithCustomId,
	ButtonStyle,
	ComponentType,
	MessageFlags,
	type RawFile,
	type RESTPatchAPIWebhookWithTokenMessageJSONBody,
} from 'discord.js';
import { shorten } from '../../../commands/lib/shorten.ts';
import { askerNote } from '../../chat/asker.ts';
import { progressBar } from '../../chat/progress-bar.ts';
import { withShortQuotes } from '../../chat/short-quotes.ts';
import type { Button, MessageView } from '../../desk/view.ts';
import { onOneLine, plain } from './markdown.ts';

/** A complete message: an edit removes whatever it lacks from the message that it replaces. */
export interface Payload {
	readonly body: RESTPatchAPIWebhookWithTokenMessageJSONBody & { readonly flags: number };
	readonly files: RawFile[];
}

const MAX_CONTENT = 2000;
/** Leaves room for notes and for who asked. */
const MAX_CAPTION = 1700;
/** The most files in one message. */
export const MAX_FILES = 10;
const MAX_ALT = 1024;
const MAX_LABEL = 80;
const BUTTONS_PER_ROW = 5;
const MAX_ROWS = 5;

interface Upload {
	readonly filename: string;
	readonly bytes: Uint8Array;
	readonly type: string;
	/** What a picture shows. */
	readonly alt?: string;
	readonly spoiler?: boolean;
}

/** @param notes further sentences below the text */
export function render(view: MessageView, notes: readonly string[] = []): Payload {
	const pictures = view.figures.map(({ filename, bytes, type, alt }): Upload => ({ filename, bytes, type, alt }));
	const { preview } = view.progress ?? {};
	if (preview && pictures.length === 0) {
		pictures.push({
			filename: 'preview.png',
			bytes: preview,
			type: 'image/png',
			alt: `Preview of ${view.title}: ${view.text}`,
		});
	}
	const hidden = pictures.map((picture) => ({ ...picture, spoiler: view.spoiler }));
	const uploads: readonly Upload[] = [...hidden, ...(view.attachments ?? [])];
	return compose(content(view), uploads, view.buttons, notes, askerNote(view));
}

/** A message that is one plain text. */
export function sentence(text: string, buttons: readonly Button[] = []): Payload {
	return compose(caption(text), [], buttons);
}

/** A message that is one plain text and notifies one person, and nobody else. */
export function mention(person: string, text: string): Payload {
	const { body, files } = sentence(text);
	return {
		body: { ...body, content: `<@${person}> ${body.content}`, allowed_mentions: { parse: [], users: [person] } },
		files,
	};
}

function compose(
	text: string,
	uploads: readonly Upload[],
	buttons: readonly Button[],
	notes: readonly string[] = [],
	smallPrint = '',
): Payload {
	const shown = uploads.slice(0, MAX_FILES);
	const more = uploads.length - shown.length;
	const all = more > 0 ? [...notes, `(${more} more files do not fit in one message.)`] : notes;
	const end = [...all.map(plain), ...(smallPrint ? [`-# ${onOneLine(smallPrint)}`] : [])]
		.map((line) => `\n${line}`)
		.join('');
	return {
		body: {
			content: shorten(text, MAX_CONTENT - end.length) + end,
			// A prompt may contain an address; its preview must not unfold under the picture.
			flags: MessageFlags.SuppressEmbeds,
			allowed_mentions: { parse: [] },
			attachments: shown.map((upload, i) => ({
				id: i,
				filename: nameOf(upload),
				...(upload.alt && { description: shorten(upload.alt, MAX_ALT) }),
				...(upload.spoiler && { is_spoiler: true }),
			})),
			components: rows(buttons),
		},
		files: shown.map((upload) => ({ name: nameOf(upload), data: upload.bytes, contentType: upload.type })),
	};
}

/** The prefix hides a picture in clients that do not support the newer flag. */
const nameOf = ({ filename, spoiler }: Upload) => (spoiler ? `SPOILER_${filename}` : filename);

/** Until a request is done, the first line, in small print, says what was asked. */
function content({ state, title, text, progress, eta }: MessageView): string {
	const line = [progress && progressBar(progress), caption(text), eta && countdown(eta)].filter(Boolean).join(' ');
	return state === 'done' ? line : `-# ${onOneLine(title)}\n${line}`;
}

const caption = (text: string): string => plain(withShortQuotes(text, (shown) => plain(shown).length <= MAX_CAPTION));

/**
 * Times that each reader's client counts down by itself: "Starts in 2 minutes, done in 3 minutes (about)." "About" comes last
 * because the client's own words start with "in" or end with "ago".
 */
function countdown({ startsAt, endsAt }: NonNullable<MessageView['eta']>): string {
	const starts = startsAt === undefined ? 'Done' : `Starts ${relative(startsAt)}, done`;
	return `${starts} ${relative(endsAt)} (about).`;
}

const relative = (milliseconds: number) => `<t:${Math.round(milliseconds / 1000)}:R>`;

function rows(buttons: readonly Button[]): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
	const all = buttons.map(component);
	const count = Math.min(MAX_ROWS, Math.ceil(all.length / BUTTONS_PER_ROW));
	return Array.from({ length: count }, (_, i) => ({
		type: ComponentType.ActionRow,
		components: all.slice(i * BUTTONS_PER_ROW, (i + 1) * BUTTONS_PER_ROW),
	}));
}

const STYLES = { primary: ButtonStyle.Primary, secondary: ButtonStyle.Secondary, danger: ButtonStyle.Danger } as const;

function component({ id, label, style }: Button): APIButtonComponentWithCustomId {
	return { type: ComponentType.Button, custom_id: id, label: shorten(label, MAX_LABEL), style: STYLES[style] };
}
