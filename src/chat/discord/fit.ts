/** Files that are larger than a channel takes: made smaller where they are pictures, left out with a sentence otherwise. */
import sharp from 'sharp';
import type { Figure } from '../../../commands/command.ts';
import type { MessageView } from '../surface.ts';
import { type Payload, render } from './render.ts';

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

/**
 * A view as a message whose files a channel takes.
 *
 * @param maxFileBytes of each file
 * @param notes sentences of our own below the text
 */
export async function present(
	view: MessageView,
	maxFileBytes: number,
	notes: readonly string[] = [],
): Promise<Payload> {
	const fit = await fitted(view, maxFileBytes);
	return render(fit.view, [...fit.notes, ...notes]);
}

/** @returns the same view with files of at most `maxFileBytes` bytes each, and what had to be changed or left out */
async function fitted(
	view: MessageView,
	maxFileBytes: number,
): Promise<{ readonly view: MessageView; readonly notes: readonly string[] }> {
	const { figures, attachments = [] } = view;
	const isTooLarge = ({ bytes }: { readonly bytes: Uint8Array }) => bytes.length > maxFileBytes;
	if (![...figures, ...attachments].some(isTooLarge)) return { view, notes: [] };
	const notes: string[] = [];
	const leaveOut = (filename: string) => notes.push(leftOut(filename, maxFileBytes));
	const smaller = await Promise.all(
		figures.map(async (figure) => {
			if (!isTooLarge(figure)) return figure;
			const fit = await shrunk(figure, maxFileBytes);
			if (fit) notes.push(`${fit.filename} is here at a lower quality than it was made.`);
			else leaveOut(figure.filename);
			return fit;
		}),
	);
	for (const { filename } of attachments.filter(isTooLarge)) leaveOut(filename);
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
