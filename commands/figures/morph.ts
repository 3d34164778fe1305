/** Transitions from an upright picture, at 0, to what a view shows, at 1; in between as ViewAnimation says. */
import type { View, ViewAnimation } from '../../gpu/views/view.ts';
import { blank, blend, enlarge, type Raster } from './raster.ts';
import { PAPER } from './style.ts';

/** The picture at a place on the way, 0..1. */
type Morph = (place: number) => Raster;

/**
 * @param upright a picture of the model's own size, square
 * @param seen the same through the view
 * @param factor by which both are enlarged, without smoothing
 */
export function morph(upright: Raster, seen: Raster, view: View, way: ViewAnimation, factor: number): Morph {
	const [from, to] = [enlarge(upright, factor), enlarge(seen, factor)];
	const between = { 'turn-over': turnOver, rotate, fade, travel }[way.kind];
	const move = between({ upright, from, to, view, way, factor });
	return (place) => (place <= 0 ? from : place >= 1 ? to : move(place));
}

interface Scene {
	readonly upright: Raster;
	/** Both enlarged. */
	readonly from: Raster;
	readonly to: Raster;
	readonly view: View;
	readonly way: ViewAnimation;
	readonly factor: number;
}

function fade({ from, to }: Scene): Morph {
	return (place) => blend(from, to, place);
}

/** How far the eye is from the turning sheet, in sides of the sheet. */
const EYE_DISTANCE = 2.5;
/** How much darker the sheet is when it stands on edge. */
const SHADE = 0.25;

/** The sheet turns about its horizontal middle line, its upper edge towards the eye; its back is the picture seen through it. */
function turnOver({ from }: Scene): Morph {
	const distance = EYE_DISTANCE * from.width;
	return (place) => {
		const [cos, sin] = [Math.cos(Math.PI * place), Math.sin(Math.PI * place)];
		return warp(
			from,
			(x, y) => {
				const v = (y * distance) / (distance * cos - y * sin);
				return [(x * (distance + v * sin)) / distance, v];
			},
			1 - SHADE * sin,
		);
	};
}

/** In the plane, clockwise, shrunk on the way as far as its corners need; with a `radius`, only a disc in the middle turns. */
function rotate({ from, way }: Scene): Morph {
	const { degrees, radius = Number.POSITIVE_INFINITY } = way as Extract<ViewAnimation, { kind: 'rotate' }>;
	const isDisc = Number.isFinite(radius);
	return (place) => {
		const angle = (degrees * place * Math.PI) / 180;
		const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
		const shrink = isDisc ? 1 : Math.abs(cos) + Math.abs(sin);
		return warp(from, (x, y) =>
			Math.hypot(x, y) < radius * from.width ? [(x * cos + y * sin) * shrink, (y * cos - x * sin) * shrink] : [x, y],
		);
	};
}

/** Every pixel goes straight to its new place. */
function travel({ upright, from, view, factor }: Scene): Morph {
	const size = upright.width;
	const sources = sourcesOf(view, size);
	const paper = blank(from.width, from.height, PAPER);
	return (place) => {
		const pixels = Uint8Array.from(paper.pixels);
		const between = (start: number, end: number) => Math.round((start + (end - start) * place) * factor);
		for (const [target, source] of sources.entries()) {
			const left = between(source % size, target % size);
			const top = between(Math.floor(source / size), Math.floor(target / size));
			for (let y = top; y < top + factor; y++) {
				for (let x = left; x < left + factor; x++) {
					for (let c = 0; c < 3; c++) pixels[3 * (y * from.width + x) + c] = upright.pixels[3 * source + c];
				}
			}
		}
		return { ...from, pixels };
	};
}

/** For every pixel that the view shows, the index of the picture's pixel that it is; for views that only move pixels. */
function sourcesOf(view: View, size: number): Int32Array {
	// Indices of 256 x 256 pixels are whole numbers in fp32.
	const indices = Float32Array.from({ length: size * size }, (_, i) => i);
	return Int32Array.from(view.apply({ data: indices, shape: [1, size, size] }).data);
}

/**
 * @param source where the picture's colour at (x, y) comes from, both measured from the middle, in pixels
 * @param light factor on the colours
 */
function warp(picture: Raster, source: (x: number, y: number) => readonly [number, number], light = 1): Raster {
	const { width, height } = picture;
	const paper = blank(1, 1, PAPER).pixels;
	const pixels = new Uint8Array(picture.pixels.length);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			let [red, green, blue] = [0, 0, 0];
			// The mean of four points in each pixel: edges come out smooth.
			for (let point = 0; point < 4; point++) {
				const right = point % 2 === 0 ? 0.25 : 0.75;
				const down = point < 2 ? 0.25 : 0.75;
				const at = source(x + right - width / 2, y + down - height / 2);
				const column = Math.floor(at[0] + width / 2);
				const row = Math.floor(at[1] + height / 2);
				const inside = column >= 0 && column < width && row >= 0 && row < height;
				const from = inside ? 3 * (row * width + column) : 0;
				const colours = inside ? picture.pixels : paper;
				const share = inside ? light : 1;
				red += share * colours[from];
				green += share * colours[from + 1];
				blue += share * colours[from + 2];
			}
			const to = 3 * (y * width + x);
			pixels[to] = Math.round(red / 4);
			pixels[to + 1] = Math.round(green / 4);
			pixels[to + 2] = Math.round(blue / 4);
		}
	}
	return { pixels, width, height };
}
