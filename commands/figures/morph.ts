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
		const trace: Trace = (x, y, sources) => {
			const v = (y * distance) / (distance * cos - y * sin);
			const wider = distance + v * sin;
			for (let i = 0; i < x.length; i++) sources.x[i] = (x[i] * wider) / distance;
			sources.y.fill(v);
		};
		return warp(from, trace, 1 - SHADE * sin);
	};
}

/** In the plane, clockwise, shrunk on the way as far as its corners need; with a `radius`, only a disc in the middle turns. */
function rotate({ from, way }: Scene): Morph {
	const { degrees, radius = Number.POSITIVE_INFINITY } = way as Extract<ViewAnimation, { kind: 'rotate' }>;
	const isDisc = Number.isFinite(radius);
	const reach = (radius * from.width) ** 2;
	return (place) => {
		const angle = (degrees * place * Math.PI) / 180;
		const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
		const shrink = isDisc ? 1 : Math.abs(cos) + Math.abs(sin);
		return warp(from, (x, y, sources) => {
			const [yCos, ySin] = [y * cos, y * sin];
			for (let i = 0; i < x.length; i++) {
				const turns = x[i] * x[i] + y * y < reach;
				sources.x[i] = turns ? (x[i] * cos + ySin) * shrink : x[i];
				sources.y[i] = turns ? (yCos - x[i] * sin) * shrink : y;
			}
		});
	};
}

/** Every pixel goes straight to its new place. */
function travel({ upright, from, view, factor }: Scene): Morph {
	const size = upright.width;
	const sources = sourcesOf(view, size);
	const paper = blank(from.width, from.height, PAPER);
	return (place) => {
		const pixels = new Uint8Array(paper.pixels);
		const between = (start: number, end: number) => Math.round((start + (end - start) * place) * factor);
		for (let target = 0; target < sources.length; target++) {
			const source = sources[target];
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
 * Says where the colours of one row of points come from. A whole row at once: with a call and a pair of numbers for each point,
 * those would take most of the time. All are measured from the middle, in pixels.
 *
 * @param x of each point
 * @param y of all of them
 * @param sources receives where each one's colour is in the picture
 */
type Trace = (x: Float64Array, y: number, sources: Points) => void;

interface Points {
	readonly x: Float64Array;
	readonly y: Float64Array;
}

/** @param light factor on the colours */
function warp({ pixels: colours, width, height }: Raster, trace: Trace, light = 1): Raster {
	const [paperRed, paperGreen, paperBlue] = blank(1, 1, PAPER).pixels;
	const pixels = new Uint8Array(colours.length);
	// The mean of four points in each pixel, two in each of two rows: edges come out smooth.
	const x = Float64Array.from({ length: 2 * width }, (_, i) => i / 2 + 0.25 - width / 2);
	const points = (): Points => ({ x: new Float64Array(x.length), y: new Float64Array(x.length) });
	const [upper, lower] = [points(), points()];
	let to = 0;
	for (let y = 0; y < height; y++) {
		trace(x, y + 0.25 - height / 2, upper);
		trace(x, y + 0.75 - height / 2, lower);
		for (let left = 0; left < x.length; left += 2) {
			let [red, green, blue] = [0, 0, 0];
			for (let point = 0; point < 4; point++) {
				const sources = point < 2 ? upper : lower;
				const column = sources.x[left + (point % 2)] + width / 2;
				const row = sources.y[left + (point % 2)] + height / 2;
				if (column >= 0 && column < width && row >= 0 && row < height) {
					const from = 3 * (Math.floor(row) * width + Math.floor(column));
					red += light * colours[from];
					green += light * colours[from + 1];
					blue += light * colours[from + 2];
				} else {
					red += paperRed;
					green += paperGreen;
					blue += paperBlue;
				}
			}
			pixels[to++] = Math.round(red / 4);
			pixels[to++] = Math.round(green / 4);
			pixels[to++] = Math.round(blue / 4);
		}
	}
	return { pixels, width, height };
}
