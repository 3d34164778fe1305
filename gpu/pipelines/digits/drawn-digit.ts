/**
 * Prepares drawn and photographed digits the way MNIST's were: light on dark, the longer side 20 pixels, the centre of mass in
 * the middle of 28 x 28. Source: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", section III A.
 */

import { UserError } from '../../errors.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { DIGIT_SIZE } from '../../models/digits/unet.ts';
import { borderOf } from '../../tensor/border.ts';
import { distanceToZero } from '../../tensor/distance.ts';
import { measureImage, readWhole } from '../../tensor/image.ts';
import { map, sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { distanceFromPaper, otsu, type Plane, type Sight } from './ink.ts';
import { type Box, encloses, heightOf, type Region, regionsOf, union, widthOf } from './regions.ts';
import { findSheet } from './sheet.ts';

/** The longer side at which the picture is read, in pixels: more than enough for a digit of 20. */
const READ_SIDE = 160;

/** The longer side of a digit, in pixels. */
const BOX = 20;

/** A smaller difference from the paper than this, in 0..1, is not ink. */
const FAINT = 0.15;

/** A part of a digit has at least this share of the pixels of the largest part; anything smaller is a speck. */
const SPECK = 0.04;

/** Ink that touches the border is ignored only if the rest has at least this share: a tightly cropped digit touches it too. */
const REST = 0.2;

/** A frame fills a smaller share of its box than this. */
const FRAME_FILLS = 0.15;

/** The most parts that a digit has. */
const MAX_PARTS = 4;

/** Each target pixel is the mean of SAMPLES x SAMPLES points. */
const SAMPLES = 6;

/** Where ink starts, and where it is fully dark; values in between are the edges of strokes, or shades. */
const INKED = { from: 0.1, dark: 0.7 } as const;

/** Half the width of the widest stroke, in pixels of 28: at most 6 in MNIST's test digits. */
const HALF_STROKE = 6.5;

/** Half the width of a thin stroke, which is hardly more than its edges. */
const THIN = 1.5;

/** The largest share of inked pixels that are edges: up to 0.65 and 0.75 in redrawn MNIST digits. Photos have more. */
const SHADES = { thick: 0.65, thin: 0.8 } as const;

const NO_DIGIT = 'No digit can be seen in the picture; draw one that fills most of it, dark on light.';
const NOT_IN_STROKES =
	'The picture does not show a digit drawn in strokes; send one digit alone, drawn with a pen on plain paper.';
const MORE_THAN_A_DIGIT =
	'There is more in the picture than a digit; send one digit alone, drawn in strokes on plain paper.';

/**
 * The digit in a picture of any size, [1, 28, 28] in [0, 1]. A digit in a 28 x 28 picture is not moved.
 *
 * @throws {UserError} when nothing or more than a digit is drawn, or the bytes are not a picture
 */
export async function readDrawnDigit(bytes: Uint8Array): Promise<Tensor> {
	const { width, height } = await measureImage(bytes);
	if (width === DIGIT_SIZE && height === DIGIT_SIZE)
		return tensor(inkOf(await readWhole(bytes, DIGIT_SIZE)).ink.data, DIGIT_SHAPE);
	const { ink, sight } = inkOf(await readWhole(bytes, READ_SIDE));
	const parts = digitParts(ink, sight);
	const digit = tensor(centred(onlyParts(ink, parts), union(parts.map(({ box }) => box))), DIGIT_SHAPE);
	if (!isDrawnInStrokes(digit)) throw new UserError(NOT_IN_STROKES);
	return digit;
}

/** Whether the drawing is as dark and as narrow as strokes everywhere, without shades and filled areas. */
function isDrawnInStrokes(digit: Tensor): boolean {
	const inked = digit.data.filter((value) => value > INKED.from);
	const between = inked.filter((value) => value < INKED.dark);
	const depths = distanceToZero(map(digit, (value) => (value >= 0.5 ? 1 : 0))); // [1, 28, 28]
	const halfStroke = Math.max(...depths.data);
	const shades = halfStroke > THIN ? SHADES.thick : SHADES.thin;
	return halfStroke <= HALF_STROKE && between.length <= shades * inked.length;
}

/**
 * The ink at every pixel, 0..1, and where the paper is. On a transparent background, whatever is opaque is ink.
 *
 * @param picture [4, H, W]
 */
function inkOf(picture: Tensor): { readonly ink: Plane; readonly sight: Sight } {
	const [, height, width] = picture.shape;
	const size = { width, height };
	const area = width * height;
	const whole = { within: new Uint8Array(area).fill(1), border: borderOf(size) };
	const opacity = picture.data.subarray(3 * area);
	const clear = whole.border.filter((i) => opacity[i] < 128).length;
	if (clear > whole.border.length / 2)
		return { ink: { ...size, data: opacity.map((level) => level / 255) }, sight: whole };
	const colours = tensor(picture.data.subarray(0, 3 * area), [3, height, width]);
	const sight = findSheet(colours) ?? whole;
	const ink = distanceFromPaper(colours, sight);
	if (!ink.data.some((value) => value >= FAINT)) throw new UserError(NO_DIGIT);
	return { ink, sight };
}

/** The regions of ink that make up the digit. */
function digitParts(ink: Plane, { within, border }: Sight): readonly Region[] {
	const seen = ink.data.filter((_, i) => within[i]);
	const from = Math.max(FAINT, otsu(seen));
	const regions = regionsOf(
		Uint8Array.from(ink.data, (value) => (value >= from ? 1 : 0)),
		ink,
	);
	const whole = withoutFrames(withoutBorder(regions, new Set(border)));
	const parts = whole.filter(({ pixels }) => pixels.length >= SPECK * whole[0].pixels.length);
	if (parts.length > MAX_PARTS) throw new UserError(MORE_THAN_A_DIGIT);
	return parts;
}

function withoutBorder(regions: readonly Region[], border: ReadonlySet<number>): readonly Region[] {
	const rest = regions.filter(({ pixels }) => !pixels.some((i) => border.has(i)));
	const sum = (list: readonly Region[]) => list.reduce((all, { pixels }) => all + pixels.length, 0);
	return sum(rest) >= REST * sum(regions) ? rest : regions;
}

/** Removes frames: a frame is thin and has something inside it. */
function withoutFrames(regions: readonly Region[]): readonly Region[] {
	const isFrame = ({ pixels, box }: Region) =>
		pixels.length < FRAME_FILLS * widthOf(box) * heightOf(box) &&
		regions.some((other) => encloses(box, other.box) && heightOf(other.box) > heightOf(box) / 4);
	const rest = regions.filter((region) => !isFrame(region));
	return rest.length > 0 ? rest : regions;
}

/** The ink of the parts and their soft edges, scaled so that the darkest is 1; elsewhere 0. */
function onlyParts(ink: Plane, parts: readonly Region[]): Plane {
	const { width, height } = ink;
	const data = new Float32Array(ink.data.length);
	for (const { pixels } of parts) {
		for (const i of pixels) {
			for (let y = Math.max(0, Math.floor(i / width) - 1); y <= Math.min(height - 1, Math.floor(i / width) + 1); y++) {
				for (let x = Math.max(0, (i % width) - 1); x <= Math.min(width - 1, (i % width) + 1); x++) {
					data[y * width + x] = ink.data[y * width + x];
				}
			}
		}
	}
	const most = data.reduce((max, value) => Math.max(max, value), 0);
	return { width, height, data: data.map((value) => value / most) };
}

/** The inked part with its longer side scaled to 20 pixels and its centre of mass in the middle: [H · W] -> [28 · 28]. */
function centred({ width, height, data }: Plane, box: Box): Float32Array {
	let [mass, middleRow, middleColumn] = [0, 0, 0];
	for (const [i, value] of data.entries()) {
		mass += value;
		middleRow += value * (Math.floor(i / width) + 0.5);
		middleColumn += value * ((i % width) + 0.5);
	}
	const scale = Math.max(heightOf(box), widthOf(box)) / BOX; // picture pixels per pixel of the digit
	const coordinate = (i: number, middle: number) => (i / SAMPLES - DIGIT_SIZE / 2 + 0.5 / SAMPLES) * scale + middle;
	const at = (row: number, column: number) =>
		row >= 0 && column >= 0 && row < height && column < width ? data[Math.floor(row) * width + Math.floor(column)] : 0;
	const digit = new Float32Array(sizeOf(DIGIT_SHAPE));
	const fine = DIGIT_SIZE * SAMPLES;
	for (let i = 0; i < fine; i++) {
		const row = coordinate(i, middleRow / mass);
		for (let j = 0; j < fine; j++) {
			const value = at(row, coordinate(j, middleColumn / mass));
			digit[Math.floor(i / SAMPLES) * DIGIT_SIZE + Math.floor(j / SAMPLES)] += value / SAMPLES ** 2;
		}
	}
	return digit;
}
