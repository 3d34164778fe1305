/** Pastes a translucent picture onto another, level for level as Pillow does. */
import { LEVELS, pixelsOf, resized } from './cubic.ts';
import { linesOf } from './fit.ts';
import { levelOf, valueAt } from './levels.ts';
import { type Tensor, tensor } from './tensor.ts';

/**
 * Resizes red, green, blue and opacity, [4, H, W] in whole levels of 0..255, to a square of `side`. Transparent pixels lend
 * their neighbours no colour: colours are multiplied with the opacity first, and divided by it afterwards.
 */
export function resizeTranslucent(picture: Tensor, side: number): Tensor {
	const lines = linesOf(pixelsOf(picture), { width: side, height: side }, 'squash');
	const { data } = resized(mapColours(picture, multiplied), lines, LEVELS);
	return mapColours(tensor(data, [4, side, side]), (colour, opacity) =>
		opacity === 0 || opacity === 255 ? colour : Math.min(Math.trunc((255 * colour) / opacity), 255),
	);
}

/**
 * `picture` [3, H, W] in [-1, 1] with `upper` [4, h, w] (levels) on it, whose top left corner is at row `top` and column `left`.
 * What of `upper` lies beyond the picture is cut off.
 */
export function paste(picture: Tensor, upper: Tensor, { top, left }: { top: number; left: number }): Tensor {
	const [channels, height, width] = picture.shape;
	const [, rows, columns] = upper.shape;
	const area = rows * columns;
	const data = picture.data.slice();
	for (let row = Math.max(0, -top); row < Math.min(rows, height - top); row++) {
		for (let column = Math.max(0, -left); column < Math.min(columns, width - left); column++) {
			const from = row * columns + column;
			const opacity = upper.data[3 * area + from];
			for (let channel = 0; channel < channels; channel++) {
				const at = (channel * height + top + row) * width + left + column;
				const below = Math.round(Math.min(Math.max(levelOf(data[at]), 0), 255));
				const sum = below * (255 - opacity) + upper.data[channel * area + from] * opacity;
				data[at] = valueAt(divided(sum));
			}
		}
	}
	return tensor(data, picture.shape);
}

/** colour · opacity / 255, rounded */
const multiplied = (colour: number, opacity: number) => divided(colour * opacity);

/** sum / 255, rounded, for whole numbers up to 255² (DIV255 in Pillow's Imaging.h). */
function divided(sum: number): number {
	const more = sum + 128;
	return ((more >> 8) + more) >> 8;
}

/** [4, H, W] with other colours and the same opacity. */
function mapColours({ data, shape }: Tensor, colourOf: (colour: number, opacity: number) => number): Tensor {
	const area = shape[1] * shape[2];
	const opacities = data.subarray(3 * area);
	return tensor(
		data.map((level, i) => (i < 3 * area ? colourOf(level, opacities[i % area]) : level)),
		shape,
	);
}
