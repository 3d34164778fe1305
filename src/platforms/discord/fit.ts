/** Files that are larger than a channel takes: made smaller where they are pictures, left out with a sentence otherwise. */
import sharp from 'sharp';
import type { Attachment, Figure } from '../../../commands/lib/command.ts';
import type { MessageView } from '../../desk/view.ts';
import { MAX_FILES, type Payload, render } from './render.ts';

/** A still picture as lossy WebP, one after the other until it fits; at 90 nobody sees a difference. */
const STILL_ECONOMIES = [
	{ quality: 90, scale: 1 },
	{ quality: 75, scale: 1 },
	{ quality: 75, scale: 0.5 },
	{ quality: 75, scale: 0.25 },
] as const;

/** A moving picture with fewer colours, and then smaller too. */
const GIF_ECONOMIES = [
	{ colours: 64, scale: 1 },
	{ colours: 64, scale: 0.5 },
	{ colours: 32, scale: 0.25 },
] as const;

/** Of all files of one request together: Discord takes 25 MB, and the text and the form around it need some of them. */
const MAX_REQUEST_BYTES = 24_000_000;

/**
 * A view as a message whose files a channel takes.
 *
 * @param maxFileBytes of each file; where that is more than a request usually has, of all of them too
 * @param notes sentences of our own below the text
 */
export async function present(
	view: MessageView,
	maxFileBytes: number,
	notes: readonly string[] = [],
): Promise<Payload> {
	const fit = await fitted(view, maxFileBytes, pictureShare(view, maxFileBytes));
	return render(fit.view, [...fit.notes, ...notes]);
}

/** How large each picture may be, so that all files fit into one request: pictures can be made smaller, others cannot. */
function pictureShare({ figures, attachments = [] }: MessageView, maxFileBytes: number): number {
	const total = (files: readonly { readonly bytes: Uint8Array }[]) =>
		files.reduce((sum, { bytes }) => sum + bytes.length, 0);
	const shown = figures.slice(0, MAX_FILES);
	const left = Math.max(maxFileBytes, MAX_REQUEST_BYTES) - total(attachments);
	return total(shown) > left ? Math.min(maxFileBytes, Math.floor(left / shown.length)) : maxFileBytes;
}

/** @returns the same view with files of at most so many bytes each, and what had to be changed or left out */
async function fitted(
	view: MessageView,
	maxFileBytes: number,
	maxPictureBytes: number,
): Promise<{ readonly view: MessageView; readonly notes: readonly string[] }> {
	const { figures, attachments = [] } = view;
	const isTooLarge = ({ bytes }: Attachment) => bytes.length > maxFileBytes;
	const isTooLargePicture = ({ bytes }: Figure) => bytes.length > maxPictureBytes;
	if (!figures.some(isTooLargePicture) && !attachments.some(isTooLarge)) return { view, notes: [] };
	const notes: string[] = [];
	const smaller = await Promise.all(
		figures.map(async (figure) => {
			if (!isTooLargePicture(figure)) return figure;
			const fit = await shrunk(figure, maxPictureBytes);
			if (fit) notes.push(`${fit.filename} is here at a lower quality than it was made.`);
			else notes.push(leftOut(figure.filename, maxPictureBytes));
			return fit;
		}),
	);
	for (const { filename } of attachments.filter(isTooLarge)) notes.push(leftOut(filename, maxFileBytes));
	const fitting = {
		...view,
		figures: smaller.filter((figure) => figure !== undefined),
		attachments: attachments.filter((attachment) => !isTooLarge(attachment)),
	};
	return { view: fitting, notes };
}

function leftOut(filename: string, maxFileBytes: number): string {
	const limit = `${Math.floor((maxFileBytes / 2 ** 20) * 10) / 10} MiB`;
	return `${filename} is larger than the ${limit} that Discord takes here; the console and the command line show it.`;
}

/** Undefined when nothing makes it small enough. */
function shrunk(figure: Figure, maxFileBytes: number): Promise<Figure | undefined> {
	return figure.type === 'image/gif' ? shrunkGif(figure, maxFileBytes) : shrunkStill(figure, maxFileBytes);
}

async function shrunkStill(figure: Figure, maxFileBytes: number): Promise<Figure | undefined> {
	const filename = figure.filename.replace(/\.\w+$/, '.webp');
	for (const { quality, scale } of STILL_ECONOMIES) {
		const { data, info } = await sharp(figure.bytes)
			.resize(Math.ceil(figure.width * scale))
			.webp({ quality })
			.toBuffer({ resolveWithObject: true });
		const { width, height } = info;
		if (data.length <= maxFileBytes) return { ...figure, bytes: data, filename, type: 'image/webp', width, height };
	}
	return undefined;
}

async function shrunkGif(figure: Figure, maxFileBytes: number): Promise<Figure | undefined> {
	for (const { colours, scale } of GIF_ECONOMIES) {
		const width = Math.ceil(figure.width * scale);
		const { data, info } = await sharp(figure.bytes, { animated: true })
			.resize(width)
			.gif({ colours, dither: 0, loop: 0 })
			.toBuffer({ resolveWithObject: true });
		const height = info.pageHeight ?? info.height;
		if (data.length <= maxFileBytes) return { ...figure, bytes: data, width: info.width, height };
	}
	return undefined;
}
