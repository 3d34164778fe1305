/** The sheet of paper that a digit is drawn on, where the photograph shows what it lies on, or a frame around it. */
import { borderOf, isOnBorder } from '../../tensor/border.ts';
import type { Size } from '../../tensor/fit.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Sight } from './ink.ts';
import { heightOf, type Region, regionsOf, spread, widthOf } from './regions.ts';

/** Levels that neighbours of one surface differ by at most; edges are steeper, also where a camera blurs them. */
const SMOOTH = 14;

/** Shares of the picture, of its box, and of the surface beside its rim that a sheet has at least. */
const SHARE_OF_PICTURE = 0.3;
const SHARE_OF_BOX = 0.7;
const SHARE_OF_ONE_SURFACE = 0.8;

/** Of the border, the share that belongs to one surface: to the table, or to the paper around a frame. */
const SHARE_OF_BORDER = 0.8;

/** What is cut off along its rim, as a share of its shorter side: the softness of its edge, or the line of a frame. */
const RIM = 0.04;

/**
 * What lies within everything that hangs together with the border of the picture, if that is a sheet: large, full, and for the
 * most part of one surface. What is drawn is not: beneath its rim there is ink.
 *
 * @param picture [C, H, W], levels in [0, 255]
 * @returns undefined where there is none, as the picture shows nothing but paper
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
	// Strokes that reach the border part what is along it.
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

/** A region without the pixels that are nearer than `by` to what is no part of it. */
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
