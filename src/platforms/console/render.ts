/** Message views as the page takes them; their pictures and files are stored, to be fetched by address. */
import type { Attachment, Figure } from '../../../commands/lib/command.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { askerNote } from '../../chat/asker.ts';
import { etaInWords } from '../../chat/eta.ts';
import type { MessageView } from '../../desk/view.ts';
import type { WireFile, WireMessage, WirePicture } from './wire.ts';

export type Rendered = Omit<WireMessage, 'id'>;

export async function render(view: MessageView, blobs: BlobStore): Promise<Rendered> {
	const { state, title, progress, inputs = [], attachments = [], buttons, spoiler } = view;
	return {
		state,
		title,
		asker: askerNote(view),
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

/** Pictures are kept on disk: a long conversation must not fill the bot's memory. */
async function pictureOf(figure: Figure, blobs: BlobStore): Promise<WirePicture> {
	const { bytes, type, width, height, alt, filename } = figure;
	return { url: pictureUrl(await blobs.put(bytes), type), width, height, alt, filename };
}

const pictureUrl = (blob: string, type: Figure['type'] = 'image/png') =>
	`/pictures/${blob}.${type.slice('image/'.length)}`;

/** "Waiting: next in line. Starts in about 20 seconds, done in about 1 minute." */
function withEta({ text, eta }: MessageView): string {
	const words = etaInWords(eta);
	return words ? `${text} ${words[0].toUpperCase()}${words.slice(1)}.` : text;
}
