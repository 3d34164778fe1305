/**
 * The pictures of one job: a sheet of all, and each alone with its own buttons. A command says in one place, from the job
 * and its result alone, what the pictures are, so that buttons still work after a restart.
 */
import { UserError } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Command, DrawFilm, Figure, FinishedJob, Reply, ReplyButton, Studio } from '../lib/command.ts';
import { MAX_BUTTONS } from '../lib/message-limits.ts';
import { pictureAt } from '../lib/picture-at.ts';
import { type Against, altText, picture } from './picture.ts';
import { type Cell, sheet } from './sheet.ts';

/** A picture that can also be seen alone. */
export interface Piece extends Cell {
	/** The name of its own file, such as "edit-3-start-5.png". */
	readonly filename: string;
	/** Says below the picture what it is and how it was made. */
	readonly text: string;
	/** The beginning of its alt text: what it shows, from what. */
	readonly alt: string;
	/** The end of its alt text: how to reproduce it. */
	readonly settings: string;
	/** On its button under the sheet; its number if absent. */
	readonly label?: string;
	/** Below it, when it is seen alone. */
	readonly buttons?: readonly ReplyButton[];
	/** What it is held against, when it is seen alone. */
	readonly against?: Against;
	/** Draws it as an animation; it then has a button for that too. */
	readonly moving?: (studio: Studio) => Promise<Figure>;
}

export interface Gallery {
	/** Says below the sheet what was made. */
	readonly text: string;
	readonly filename: string;
	/** The beginning of the sheet's alt text, which then lists the cells: what they have in common, from what. */
	readonly alt: string;
	/** The end of the sheet's alt text. */
	readonly settings: string;
	readonly title?: string;
	/** Pieces, and cells to compare them with, such as the picture that was edited. At least one piece. */
	readonly rows: readonly (readonly (Piece | Cell)[])[];
	/** Below the sheet, after the buttons of the pieces. */
	readonly buttons?: readonly ReplyButton[];
}

/** The rest are left for the command's own buttons and the general ones. */
const MAX_PIECE_BUTTONS = MAX_BUTTONS - 7;

/**
 * The sheet, with a button for each piece; or the only piece, alone.
 *
 * @param film if given, it draws an animation too: of the first piece that has one
 */
export async function galleryReply(blobs: BlobStore, gallery: Gallery, film?: DrawFilm): Promise<Reply> {
	const reply = await stillReply(blobs, gallery);
	const mover = film && piecesOf(gallery).find(({ moving }) => moving);
	const moving = mover && (await movingFigure({ blobs, film }, mover));
	return moving ? { ...reply, figures: [...reply.figures, moving] } : reply;
}

/** What is done with it is done with the picture that moves; undefined where that does not move. */
async function movingFigure(studio: Studio, { image, moving }: Piece): Promise<Figure | undefined> {
	return moving && { ...(await moving(studio)), source: image.blob };
}

async function stillReply(blobs: BlobStore, gallery: Gallery): Promise<Reply> {
	const pieces = piecesOf(gallery);
	if (pieces.length === 1) return pieceReply(blobs, gallery, 0);
	const { rows, text, filename, alt, settings, title } = gallery;
	return {
		text,
		figures: [await sheet(blobs, rows, { filename, title, alt: altText(alt, describeRows(rows), settings) })],
		originals: () => Promise.all(pieces.map((_, index) => pieceFigure(blobs, gallery, index))),
		buttons: [
			...pieces
				.slice(0, MAX_PIECE_BUTTONS)
				.map(({ label }, index) => ({ action: 'show', label: label ?? String(index + 1), index })),
			...(gallery.buttons ?? []),
		],
	};
}

/** The way back to the sheet. */
const SHEET_BUTTON: ReplyButton = { action: 'sheet', label: 'All' };

/** One piece alone, with the way back to the sheet. */
async function pieceReply(blobs: BlobStore, gallery: Gallery, index: number): Promise<Reply> {
	const { text } = pieceAt(gallery, index);
	return { text, figures: [await pieceFigure(blobs, gallery, index)], buttons: pieceButtons(gallery, index) };
}

/** One piece as an animation, with the way back to the still picture. */
async function movingReply(studio: Studio, gallery: Gallery, index: number): Promise<Reply> {
	const piece = pieceAt(gallery, index);
	const figure = await movingFigure(studio, piece);
	if (!figure) throw new UserError('This picture has no animation.');
	const others = pieceButtons(gallery, index).filter(({ action }) => action !== 'animate');
	return { text: piece.text, figures: [figure], buttons: [{ action: 'show', label: 'Still', index }, ...others] };
}

/** Below a piece that is seen alone: its own buttons, then those that every piece has. */
export function pieceButtons(gallery: Gallery, index: number): readonly ReplyButton[] {
	const { buttons = [], moving } = pieceAt(gallery, index);
	return [
		...buttons,
		...(moving ? [{ action: 'animate', label: 'Animate', index }] : []),
		...(piecesOf(gallery).length > 1 ? [SHEET_BUTTON] : []),
	];
}

/**
 * What the buttons of galleryReply do, for a command's `actions`.
 *
 * @param present the same gallery as in the command's `run`
 */
export function galleryActions(present: (finished: FinishedJob) => Gallery) {
	return {
		show: (finished) => pieceReply(finished.blobs, present(finished), finished.index),
		sheet: (finished) => galleryReply(finished.blobs, present(finished)),
		animate: (finished) => movingReply(finished, present(finished), finished.index),
	} satisfies Command['actions'];
}

function pieceFigure(blobs: BlobStore, gallery: Gallery, index: number) {
	const pieces = piecesOf(gallery);
	const { image, view, filename, alt, settings, against } = pieceAt(gallery, index);
	const where = pieces.length > 1 ? whereIn(gallery, pieces[index]) : '';
	return picture(blobs, image, { filename, view, against, alt: altText(alt, where, settings) });
}

const isPiece = (cell: Piece | Cell): cell is Piece => 'filename' in cell;

const pieceAt = (gallery: Gallery, index: number): Piece => pictureAt(piecesOf(gallery), index);

const piecesOf = ({ rows }: Gallery): Piece[] => rows.flat().filter(isPiece);

/** "Picture 3 of 6, in row 1, column 3 of the sheet" */
function whereIn(gallery: Gallery, piece: Piece): string {
	const pieces = piecesOf(gallery);
	const row = gallery.rows.findIndex((cells) => cells.includes(piece));
	const column = gallery.rows[row].indexOf(piece);
	return `Picture ${pieces.indexOf(piece) + 1} of ${pieces.length}, in row ${row + 1}, column ${column + 1} of the sheet`;
}

/** "A sheet of 7 pictures, from left to right. Row 1: i_start 1, t = 960; i_start 3, t = 900. Row 2: …" */
function describeRows(rows: Gallery['rows']): string {
	const lines = rows.map((row, i) => {
		const captions = row.map(({ caption }) => caption.replaceAll('\n', ', ')).join('; ');
		return rows.length > 1 ? `Row ${i + 1}: ${captions}` : captions;
	});
	return `A sheet of ${rows.flat().length} pictures, from left to right. ${lines.join('. ')}`;
}
