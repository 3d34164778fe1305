/** Finds the sheet of paper that a digit is drawn on, if the photo also shows what it is lying on, or a frame around it. */
import { borderOf, isOnBorder } from '../../tensor/border.ts';
import type { Size } from '../../tensor/fit.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Sight } from './ink.ts';
import { heightOf, type Region, regionsOf, spread, widthOf } from './regions.ts';

/** The most levels by which neighbours on one surface differ; edges are steeper, even when a camera blurs them. */
const SMOOTH = 14;

/** The smallest shares that a sheet has of the picture and of its box, and that one surface has of the sheet. */
const SHARE_OF_PICTURE = 0.3;
const SHARE_OF_BOX = 0.7;
const SHARE_OF_ONE_SURFACE = 0.8;

/** The smallest share of the border that belongs to one surface: to the table, or to the paper around a frame. */
const SHARE_OF_BORDER = 0.8;

/** How much is cut off along the sheet's rim, as a share of its shorter side: its soft edge, or the line of a frame. */
const RIM = 0.04;

/**
 * The largest area not connected to the picture's border, if it is a sheet: large, full, and mostly of one surface. A drawing
 * is not one: inside its rim there is ink.
 *
 * @param picture [C, H, W], levels in [0, 255]
 * @returns undefined if there is none, as when the picture shows nothing but paper
 */
export function findSheet(picture: Tensor): Sight | undefined {
	const [channels, height, width] = picture.shape;
	const size = { width, height };
	const area = width * height;
	const isSmooth = (from: number, to: number) => {
		for (let channel = 0; channel < channels; channel++) {
			const at = channel * area;
			if (Math.abs(picture.data[at + from] - picture.data[at + to]) > SMOOTH) return false;
		}
		return true;
	};
	const border = borderOf(size);
	const outside = new Uint8Array(area);
	// Strokes that reach the border split it into several surfaces.
	const isOne = border.some((start) => {
		const { pixels } = spread([start], size, outside, isSmooth);
		return pixels.filter((i) => isOnBorder(i, size)).length >= SHARE_OF_BORDER * border.length;
	});
	if (!isOne) return undefined;
	const [largest] = regionsOf(
		outside.map((value) => 1 - value),
		size,
	);
	if (!largest || !looksFull(largest, area)) return undefined;
	const sheet = eroded(
		largest,
		size,
		Math.max(2, Math.round(RIM * Math.min(widthOf(largest.box), heightOf(largest.box)))),
	);
	const inside = sheet.reduce((sum, value) => sum + value, 0);
	const done = sheet.map((value) => 1 - value);
	const rim = [...sheet.keys()].filter((i) => sheet[i] && [1, -1, width, -width].some((step) => !sheet[i + step]));
	const surface = spread(rim, size, done, isSmooth);
	return surface.pixels.length >= SHARE_OF_ONE_SURFACE * inside ? { within: sheet, border: rim } : undefined;
}

function looksFull({ pixels, box }: Region, area: number): boolean {
	return pixels.length >= SHARE_OF_PICTURE * area && pixels.length >= SHARE_OF_BOX * widthOf(box) * heightOf(box);
}

/** A region without the pixels that are within `by` of its outside. */
function eroded({ pixels }: Region, { width, height }: Size, by: number): Uint8Array {
	let mask = new Uint8Array(width * height);
	for (const i of pixels) mask[i] = 1;
	for (let step = 0; step < by; step++) {
		mask = mask.map((value, i) => {
			const inner = !isOnBorder(i, { width, height });
			return value && inner && mask[i - 1] && mask[i + 1] && mask[i - width] && mask[i + width] ? 1 : 0;
		});
	}
	return mask;
}
