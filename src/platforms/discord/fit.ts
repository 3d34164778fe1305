/** Handles files that are too large for a channel: pictures are made smaller, other files are left out with a note. */
import type { Attachment, Figure } from '../../../commands/lib/command.ts';
import { sharp } from '../../../gpu/tensor/sharp.ts';
import type { MessageView } from '../../desk/view.ts';
import { MAX_FILES, type Payload, render } from './render.ts';

/** Lossy WebP settings for still pictures, tried in order until one fits; at 90 the loss is invisible. */
const STILL_ECONOMIES = [
	{ quality: 90, scale: 1 },
	{ quality: 75, scale: 1 },
	{ quality: 75, scale: 0.5 },
	{ quality: 75, scale: 0.25 },
] as const;

/** Settings for animations: fewer colours first, then smaller sizes too. */
const GIF_ECONOMIES = [
	{ colours: 64, scale: 1 },
	{ colours: 64, scale: 0.5 },
	{ colours: 32, scale: 0.25 },
] as const;

/** For all files of one request together: Discord accepts 25 MB, and the text and the form encoding need some of that. */
const MAX_REQUEST_BYTES = 24_000_000;

/**
 * Renders a view as a message whose files fit the channel.
 *
 * @param maxFileBytes the limit for each file, and for all together if it exceeds the usual limit of a request
 * @param notes further sentences below the text
 */
export async function present(
	view: MessageView,
	maxFileBytes: number,
	notes: readonly string[] = [],
): Promise<Payload> {
	const fit = await fitted(view, maxFileBytes, pictureShare(view, maxFileBytes));
	return render(fit.view, [...fit.notes, ...notes]);
}

/** How large each picture may be so that all files fit in one request. Only pictures can be made smaller. */
function pictureShare({ figures, attachments = [] }: MessageView, maxFileBytes: number): number {
	const total = (files: readonly { readonly bytes: Uint8Array }[]) =>
		files.reduce((sum, { bytes }) => sum + bytes.length, 0);
	const shown = figures.slice(0, MAX_FILES);
	const left = Math.max(maxFileBytes, MAX_REQUEST_BYTES) - total(attachments);
	return total(shown) > left ? Math.min(maxFileBytes, Math.floor(left / shown.length)) : maxFileBytes;
}

/** @returns the view with its files within the limits, and notes on what was changed or left out */
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
			if (fit) notes.push(`${fit.filename} is shown at reduced quality here.`);
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
	return `${filename} is over Discord's limit of ${limit} here; the console and the command line show it.`;
}

/** Undefined if nothing makes the picture small enough. */
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
