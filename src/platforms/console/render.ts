/** Turns message views into what the page gets, and stores their pictures and files so that it can fetch them. */
import type { Attachment, Counterpart, Figure } from '../../../commands/lib/command.ts';
import type { BlobRef } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { askerNote } from '../../chat/asker.ts';
import { etaInWords } from '../../chat/eta.ts';
import type { MessageView } from '../../desk/view.ts';
import type { WireCounterpart, WireFile, WireMessage, WirePicture } from './wire.ts';

export type Rendered = Omit<WireMessage, 'id' | 'owner'>;

export async function render(view: MessageView, blobs: BlobStore): Promise<Rendered> {
	const { state, title, progress, inputs = [], attachments = [], buttons, spoiler } = view;
	return {
		state,
		title,
		asker: askerNote(view),
		// A view that is only for the person who asked names no asker.
		...(!view.asker && { alone: true as const }),
		inputs: inputs.map(({ blob, name }) => ({ url: pictureUrl(blob), name })),
		text: withEta(view),
		progress: progress && {
			done: progress.done,
			total: progress.total,
			preview: progress.preview && `data:image/png;base64,${Buffer.from(progress.preview).toString('base64')}`,
		},
		pictures: await Promise.all(view.figures.map((figure) => pictureOf(figure, blobs))),
		files: await Promise.all(attachments.map((attachment) => fileOf(attachment, blobs))),
		buttons,
		...(spoiler && { spoiler }),
	};
}

async function fileOf({ bytes, filename }: Attachment, blobs: BlobStore): Promise<WireFile> {
	return { url: `/files/${await blobs.put(bytes)}/${encodeURIComponent(filename)}`, name: filename };
}

/** Stores the picture on disk, so that a long conversation does not fill the bot's memory. */
async function pictureOf(figure: Figure, blobs: BlobStore): Promise<WirePicture> {
	const { bytes, type, width, height, alt, filename, against, factor } = figure;
	return {
		url: pictureUrl(await blobs.put(bytes), type),
		width,
		height,
		alt,
		filename,
		...(factor && { factor }),
		...(against && { against: counterpartOf(await blobs.put(against.bytes), against) }),
	};
}

export const counterpartOf = (
	blob: BlobRef,
	{ labels, turned }: Pick<Counterpart, 'labels' | 'turned'>,
): WireCounterpart => ({ url: pictureUrl(blob), labels, ...(turned && { turned }) });

export const pictureUrl = (blob: string, type: Figure['type'] = 'image/png') =>
	`/pictures/${blob}.${type.slice('image/'.length)}`;

/** "Waiting: next in line. Starts in about 20 seconds, done in about 1 minute." */
function withEta({ text, caption = text, eta }: MessageView): string {
	const words = etaInWords(eta);
	return words ? `${text} ${words[0].toUpperCase()}${words.slice(1)}.` : caption;
}
