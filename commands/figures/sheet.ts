/** Labelled sheets: several pictures in one, each with its caption, readable at chat size. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Look } from '../../gpu/views/view.ts';
import type { Figure } from '../lib/command.ts';
import { COMPRESSION } from './drawing.ts';
import { breakLines, type Lettering, letteringPath, textWidth } from './lettering.ts';
import { enlarge, paste, type Raster, readRaster, type StoredImage } from './raster.ts';
import { INK, LINE_HEIGHT, PAPER, RULE, SOFT_INK } from './style.ts';

/** One picture of a sheet. */
export interface Cell {
	readonly image: StoredImage;
	/** Shown below it: a line that says what it is, and after a line break one with details. */
	readonly caption: string;
	/** How to look at it; upright if absent. */
	readonly view?: Look;
	/** Shown from this many times as far as the other pictures, small in the middle of its place; 1 if absent. */
	readonly distance?: number;
}

/** The text of a sheet, other than the captions of its pictures. */
export interface SheetText {
	readonly filename: string;
	readonly alt: string;
	readonly title?: string;
	/** Above the first row. */
	readonly columnTitles?: readonly string[];
	/** Left of each row. */
	readonly rowTitles?: readonly string[];
	/** Below everything. */
	readonly note?: string;
}

// Lengths in pixels of the sheet.
const MARGIN = 32;
const GAP = 24;
/** About the width that chat programs show without loss on a screen with two pixels per point. */
const GOOD_WIDTH = 1200;
const MAX_WIDTH = 1600;
/** Any smaller, and a picture of 64 pixels is a stamp; any larger, and its single pixels distract. */
const MIN_SIDE = 192;
const MAX_SIDE = 384;

/**
 * A sheet of rows of pictures, all enlarged by whole factors without smoothing to the same size; only pictures too large
 * for the sheet are shrunk. The PNG carries no metadata: same pictures, same bytes.
 *
 * @param rows at least one, none empty; rows may be of different lengths
 */
export async function sheet(blobs: BlobStore, rows: readonly (readonly Cell[])[], about: SheetText): Promise<Figure> {
	const columns = Math.max(...rows.map((row) => row.length));
	const images = rows.flat().map(({ image }) => image);
	const cell = cellSize(columns, {
		width: Math.max(...images.map((image) => image.width)),
		height: Math.max(...images.map((image) => image.height)),
	});
	const picturesWidth = columns * cell.width + (columns - 1) * GAP;
	// A sheet is shown at the width of the chat, so letters grow with it; in narrow ones the cell sets the limit.
	const size = Math.round(Math.min(30, Math.max(0.095 * cell.width, (2 * MARGIN + picturesWidth) / 60)));
	const { rowTitles = [], columnTitles = [] } = about;
	const rowTitleWidth = Math.ceil(Math.max(0, ...rowTitles.map((text) => textWidth(text, size, 'bold'))));
	const firstLeft = MARGIN + (rowTitleWidth && rowTitleWidth + GAP);
	const width = firstLeft + picturesWidth + MARGIN;
	const leftOf = (column: number) => firstLeft + column * (cell.width + GAP);

	const lettering: Lettering[] = [];
	const frames: string[] = [];
	const pictures: Promise<Placed>[] = [];
	/** Sets lines below `top`, centred on x, and returns where they end. */
	const set = (lines: readonly Omit<Lettering, 'x' | 'y'>[], x: number, top: number): number => {
		let y = top;
		for (const line of lines) {
			// The baseline puts capitals of Inter, which are 0.73 em high, in the middle of the line.
			lettering.push({ ...line, x, y: y + (LINE_HEIGHT / 2 + 0.36) * line.size });
			y += LINE_HEIGHT * line.size;
		}
		return y;
	};

	let top = MARGIN;
	if (about.title) {
		const titleSize = Math.round(1.2 * size);
		const lines = breakLines(about.title, {
			size: titleSize,
			weight: 'bold',
			maxWidth: width - 2 * MARGIN,
			maxLines: 2,
		});
		const title = lines.map((text) => ({ text, size: titleSize, weight: 'bold', colour: INK }) as const);
		top = set(title, width / 2, top - MARGIN / 4) + MARGIN / 2;
	}
	const heading = (text: string) => ({ text, size, weight: 'bold', colour: INK }) as const;
	for (const [column, text] of columnTitles.entries()) set([heading(text)], leftOf(column) + cell.width / 2, top);
	if (columnTitles.length > 0) top += LINE_HEIGHT * size + size / 4;
	for (const [i, row] of rows.entries()) {
		if (rowTitles[i]) {
			set([heading(rowTitles[i])], MARGIN + rowTitleWidth / 2, top + (cell.height - LINE_HEIGHT * size) / 2);
		}
		const captionTop = Math.round(top) + cell.height + size / 2;
		let bottom = captionTop;
		for (const [column, shown] of row.entries()) {
			const left = leftOf(column);
			pictures.push(place(blobs, shown, left, Math.round(top), cell));
			frames.push(frame(left, Math.round(top), cell, shown.distance));
			const caption = captionLines(shown.caption, size, cell.width);
			bottom = Math.max(bottom, set(caption, left + cell.width / 2, captionTop));
		}
		top = bottom + GAP;
	}
	if (about.note) {
		const noteSize = Math.round(0.88 * size);
		const lines = breakLines(about.note, { size: noteSize, maxWidth: width - 2 * MARGIN, maxLines: 5 });
		const note = lines.map((text) => ({ text, size: noteSize, colour: SOFT_INK }));
		top = set(note, width / 2, top) + GAP;
	}
	const height = Math.round(top - GAP + MARGIN / 2);
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frames.join('')}${lettering
		.map(letteringPath)
		.join('')}</svg>`;
	// Pasting takes less time than having the library compose the pictures, more so the more there are.
	const canvas = await sharp(Buffer.from(drawing)).flatten({ background: PAPER }).raw().toBuffer();
	for (const { picture, left, top } of await Promise.all(pictures)) {
		paste({ pixels: canvas, width, height }, picture, left, top);
	}
	const bytes = await sharp(canvas, { raw: { width, height, channels: 3 } })
		.png({ compressionLevel: COMPRESSION })
		.toBuffer();
	return { bytes, type: 'image/png', width, height, alt: about.alt, filename: about.filename };
}

/** Arranges pictures of equal rank in rows, about as wide as a phone and a desktop both show well. */
export function gridRows<T>(cells: readonly T[]): T[][] {
	const { length } = cells;
	const columns = length <= 3 ? length : length === 4 ? 2 : length <= 6 || length === 9 ? 3 : 4;
	return Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
		cells.slice(row * columns, (row + 1) * columns),
	);
}

interface Size {
	readonly width: number;
	readonly height: number;
}

/** The place that each picture gets: a multiple of the largest one, unless even that one does not fit. */
function cellSize(columns: number, { width, height }: Size): Size {
	const largest = Math.max(width, height);
	const within = (sheetWidth: number) => (sheetWidth - 2 * MARGIN - (columns - 1) * GAP) / columns;
	const most = Math.floor(within(MAX_WIDTH));
	const good = Math.min(most, MAX_SIDE, Math.max(within(GOOD_WIDTH), MIN_SIDE));
	const factor = Math.floor(good / largest);
	const scale = factor >= 1 ? factor : Math.min(most / largest, 1);
	return { width: Math.round(scale * width), height: Math.round(scale * height) };
}

/** Each of the two parts may take two lines: prompts need them. */
function captionLines(caption: string, size: number, maxWidth: number) {
	const [what, ...details] = caption.split('\n');
	const detailSize = Math.round(0.88 * size);
	return [
		...breakLines(what, { size, maxWidth, maxLines: 2 }).map((text) => ({ text, size, colour: INK })),
		...breakLines(details.join(' '), { size: detailSize, maxWidth, maxLines: 2 }).map((text) => ({
			text,
			size: detailSize,
			colour: SOFT_INK,
		})),
	];
}

/** A hairline around the place of a picture: a white sketch must not run into the paper. */
function frame(left: number, top: number, cell: Size, distance = 1): string {
	const { width, height } = roomOf(cell, distance);
	const [x, y] = [left + Math.floor((cell.width - width) / 2), top + Math.floor((cell.height - height) / 2)];
	return `<rect x="${x - 1}" y="${y - 1}" width="${width + 2}" height="${height + 2}" fill="${RULE}"/>`;
}

/** How much of its place a picture takes when it is seen from `distance` times as far. */
const roomOf = ({ width, height }: Size, distance: number): Size => ({
	width: Math.round(width / distance),
	height: Math.round(height / distance),
});

/** A picture as large as it is shown, and where. */
interface Placed {
	readonly picture: Raster;
	readonly left: number;
	readonly top: number;
}

/** The picture in the middle of its place. */
async function place(
	blobs: BlobStore,
	{ image, view, distance = 1 }: Cell,
	left: number,
	top: number,
	cell: Size,
): Promise<Placed> {
	const room = roomOf(cell, distance);
	const picture = await scaled(await readRaster(blobs, image, view?.apply), room);
	return {
		picture,
		left: left + Math.floor((cell.width - picture.width) / 2),
		top: top + Math.floor((cell.height - picture.height) / 2),
	};
}

/** The largest whole multiple of a picture that has room, or the picture shrunk to it. */
async function scaled(picture: Raster, room: Size): Promise<Raster> {
	const { pixels, width, height } = picture;
	const factor = Math.floor(Math.min(room.width / width, room.height / height));
	if (factor >= 1) return enlarge(picture, factor);
	const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
		.resize(room.width, room.height, { fit: 'inside' })
		.raw()
		.toBuffer({ resolveWithObject: true });
	return { pixels: data, width: info.width, height: info.height };
}
