/** Where animations play: a place for the picture, and captions below it. */

import { sharp } from '../../gpu/tensor/sharp.ts';
import { breakLines, type Lettering, letteringPath } from './lettering.ts';
import { blank, blend, lay, type Raster } from './raster.ts';
import { INK, LINE_HEIGHT, PAPER, SOFT_INK } from './style.ts';

export interface Caption {
	/** Shortened to two lines. */
	readonly text: string;
	/** One line below it, in small. */
	readonly details?: string;
}

export interface Stage {
	/** An empty place. */
	readonly empty: Raster;
	/** A frame: the picture, and the caption of that index; between two captions, one fades out, then the other in. */
	frame(picture: Raster, caption: number, next?: { readonly caption: number; readonly place: number }): Raster;
}

/** Around the picture, in pixels. */
const MARGIN = 24;

/** A chat shows an animation about as large as it is: 5 times 64 pixels reads well. */
const STAGE_SIDE = 320;

/** The whole factor by which pictures of side `size` are enlarged for the stage. */
export function stageFactor(size: number): number {
	return Math.max(1, Math.floor(STAGE_SIDE / size));
}

/** Letters grow with the picture until it is this wide, in pixels. */
const LETTERED_WIDTH = 400;

/**
 * @param side the width of all pictures, in pixels
 * @param tall their height; absent: they are square
 */
export async function createStage(side: number, captions: readonly Caption[], tall = side): Promise<Stage> {
	const width = side + 2 * MARGIN;
	const size = Math.round(Math.min(side, LETTERED_WIDTH) / 16);
	const lines = captions.map(({ text, details = '' }) => [
		...breakLines(text, { size, maxWidth: width - MARGIN, maxLines: 2 }).map((line) => ({
			text: line,
			size,
			colour: INK,
		})),
		...breakLines(details, { size: 0.85 * size, maxWidth: width - MARGIN, maxLines: 1 }).map((line) => ({
			text: line,
			size: 0.85 * size,
			colour: SOFT_INK,
		})),
	]);
	const tallest = Math.max(...lines.map((each) => each.reduce((sum, line) => sum + LINE_HEIGHT * line.size, 0)));
	const stripHeight = Math.ceil(MARGIN / 2 + tallest + MARGIN / 2);
	const strips = await Promise.all(lines.map((each) => drawLines(each, width, stripHeight)));
	const emptyStrip = blank(width, stripHeight, PAPER);
	const canvas = blank(width, MARGIN + tall + stripHeight, PAPER);

	return {
		empty: blank(side, tall, PAPER),
		frame(picture, caption, next) {
			let strip = strips[caption];
			if (next && next.place > 0.5) strip = blend(emptyStrip, strips[next.caption], 2 * next.place - 1);
			else if (next) strip = blend(strip, emptyStrip, 2 * next.place);
			return lay(lay(canvas, picture, MARGIN, MARGIN), strip, 0, MARGIN + tall);
		},
	};
}

async function drawLines(lines: readonly Omit<Lettering, 'x' | 'y'>[], width: number, height: number): Promise<Raster> {
	let y = MARGIN / 2;
	const paths = lines.map((line) => {
		y += LINE_HEIGHT * line.size;
		return letteringPath({ ...line, x: width / 2, y: y - 0.3 * line.size });
	});
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paths.join('')}</svg>`;
	const pixels = await sharp(Buffer.from(drawing))
		.flatten({ background: PAPER })
		.toColourspace('srgb')
		.raw()
		.toBuffer();
	return { pixels, width, height };
}
