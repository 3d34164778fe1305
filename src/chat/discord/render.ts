/** Message views in Discord's words: text, files with alt text, rows of buttons. */
import {
	type APIActionRowComponent,
	type APIButtonComponentWithCustomId,
	ButtonStyle,
	ComponentType,
	escapeMarkdown,
	MessageFlags,
	type RawFile,
	type RESTPatchAPIWebhookWithTokenMessageJSONBody,
} from 'discord.js';
import { shorten } from '../../../commands/shorten.ts';
import type { Button, MessageView, Progress } from '../surface.ts';

/** A whole message: what it lacks is taken away from the message that it replaces. */
export interface Payload {
	readonly body: RESTPatchAPIWebhookWithTokenMessageJSONBody & { readonly flags: number };
	readonly files: RawFile[];
}

const MAX_CONTENT = 2000;
const MAX_FILES = 10;
const MAX_ALT = 1024;
const MAX_LABEL = 80;
const BUTTONS_PER_ROW = 5;
const MAX_ROWS = 5;

/** Cells of the progress bar: fits a phone's line together with the step count. */
const BAR_CELLS = 10;

interface Upload {
	readonly filename: string;
	readonly bytes: Uint8Array;
	readonly type: string;
	/** What a picture shows. */
	readonly alt?: string;
}

export function render(view: MessageView): Payload {
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
	const uploads: readonly Upload[] = [...pictures, ...(view.attachments ?? [])];
	return compose(content(view), uploads, view.buttons);
}

/** A message of one plain text. */
export function sentence(text: string): Payload {
	return compose(plain(text), [], []);
}

function compose(text: string, uploads: readonly Upload[], buttons: readonly Button[]): Payload {
	const shown = uploads.slice(0, MAX_FILES);
	const hidden = uploads.length - shown.length;
	const note = hidden > 0 ? `\n(${hidden} more pictures do not fit into one message.)` : '';
	return {
		body: {
			content: shorten(text, MAX_CONTENT - note.length) + note,
			// A prompt may hold an address; its page must not unfold under the picture.
			flags: MessageFlags.SuppressEmbeds,
			allowed_mentions: { parse: [] },
			attachments: shown.map(({ filename, alt }, i) => ({
				id: i,
				filename,
				...(alt && { description: shorten(alt, MAX_ALT) }),
			})),
			components: rows(buttons),
		},
		files: shown.map(({ filename, bytes, type }) => ({ name: filename, data: bytes, contentType: type })),
	};
}

/** A finished request speaks for itself; until then the first line, in small print, says what was asked. */
function content({ state, title, text, progress }: MessageView): string {
	const line = [progress && bar(progress), plain(text)].filter(Boolean).join(' ');
	return state === 'done' ? line : `-# ${plain(title.replace(/\s+/g, ' '))}\n${line}`;
}

/** "▰▰▰▱▱▱▱▱▱▱" */
function bar({ done, total }: Progress): string {
	const full = Math.floor((BAR_CELLS * done) / Math.max(1, total));
	return '▰'.repeat(full) + '▱'.repeat(BAR_CELLS - full);
}

/** Views hold plain text: what looks like markup in a prompt is shown as it was typed. */
const plain = (text: string) =>
	escapeMarkdown(text, { heading: true, bulletedList: true, numberedList: true, maskedLink: true });

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
