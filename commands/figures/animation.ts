/** Animations, as GIFs: the one format that every chat plays in place. */

import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Figure } from '../lib/command.ts';
import { type Raster, shrink } from './raster.ts';

export interface Frame {
	readonly picture: Raster;
	/** How long it stays; GIFs count in steps of 10. */
	readonly milliseconds: number;
}

/** Below the 10 MiB per file that the strictest platform accepts from anybody. */
const MAX_BYTES = 8 * 2 ** 20;

/** Programs slow down anything faster than 50 frames a second; half of that looks smooth. */
export const FRAME_MS = 40;

/** What is tried in turn when the file comes out too large: fewer frames, then smaller ones. */
const ECONOMIES = [
	{ stride: 1, scale: 1 },
	{ stride: 2, scale: 1 },
	{ stride: 2, scale: 0.5 },
	{ stride: 4, scale: 0.5 },
	{ stride: 8, scale: 0.25 },
] as const;

/**
 * Joins frames of one size into an endless animation of at most `maxBytes` bytes, with fewer or smaller frames where it
 * would be larger. Same frames, same bytes.
 *
 * Throws an Error when even the smallest is too large, which none of our animations come near.
 */
export async function animation(
	frames: readonly Frame[],
	about: { readonly filename: string; readonly alt: string },
	maxBytes = MAX_BYTES,
): Promise<Figure> {
	for (const { stride, scale } of ECONOMIES) {
		const { bytes, width, height } = await encode(thinned(frames, stride), scale);
		if (bytes.length <= maxBytes) return { bytes, type: 'image/gif', width, height, ...about };
	}
	throw new Error(`animation: ${about.filename} does not fit into ${maxBytes} bytes`);
}

/** Keeps every `stride`-th of the frames that pass quickly, shown for the time of those left out too, and all the others. */
function thinned(frames: readonly Frame[], stride: number): Frame[] {
	const kept: Frame[] = [];
	let run = 0;
	for (const frame of frames) {
		run = frame.milliseconds <= QUICK_MS ? run + 1 : 0;
		const last = kept.at(-1);
		if (run === 0 || run % stride === 1 % stride || !last) kept.push(frame);
		else kept[kept.length - 1] = { ...last, milliseconds: last.milliseconds + frame.milliseconds };
	}
	return kept;
}

/** Frames that stay longer are there to be looked at. */
const QUICK_MS = 200;

async function encode(frames: readonly Frame[], scale: number) {
	const [{ picture: first }] = frames;
	const width = Math.round(scale * first.width);
	const pictures = frames.map(({ picture }) => (scale === 1 ? picture : shrink(picture, width)));
	const [{ height }] = pictures;
	const pages = Buffer.alloc(3 * width * height * pictures.length);
	for (const [i, { pixels }] of pictures.entries()) pages.set(pixels, i * pixels.length);
	const delay = frames.map(({ milliseconds }) => milliseconds);
	const film = sharp(pages, { raw: { width, height: height * pictures.length, channels: 3, pageHeight: height } });
	// Without dithering: specks would dance over still pictures, and cost a multiple of the bytes.
	const bytes = await film.gif({ loop: 0, delay, dither: 0, effort: EFFORT }).toBuffer();
	return { bytes, width, height };
}

/** The effort put into finding colours, 1..10: more takes twice the time and saves hardly a byte. */
const EFFORT = 3;

/** Slow, fast, slow: 0..1 to 0..1. */
export function easeInOut(progress: number): number {
	return progress < 0.5 ? 4 * progress ** 3 : 1 - 4 * (1 - progress) ** 3;
}

/** How many frames lead from one picture to another. */
const WAY_FRAMES = 30;
/** Time to look, and to read the caption. */
export const HOLD_MS = 2000;

/** A frame that stays for a while. */
export function hold(picture: Raster): Frame {
	return { picture, milliseconds: HOLD_MS };
}

/**
 * The frames between two pictures, without those two.
 *
 * @param at the picture at a place on the way, 0..1; easing is applied here
 */
export function wayBetween(at: (place: number) => Raster): Frame[] {
	const places = Array.from({ length: WAY_FRAMES - 1 }, (_, i) => easeInOut((i + 1) / WAY_FRAMES));
	return places.map((place) => ({ picture: at(place), milliseconds: FRAME_MS }));
}

/**
 * From the first of several pictures through all to the last and back again, with time to look at each.
 *
 * @param at the picture at a place: 0 for the first, 1 for the second, …, in between on the way
 */
export function thereAndBack(at: (place: number) => Raster, legs = 1): Frame[] {
	const there: Frame[] = [];
	const back: Frame[] = [];
	for (let start = 0; start < legs; start++) {
		const stop = hold(at(start));
		const way = wayBetween((place) => at(start + place));
		there.push(stop, ...way);
		back.unshift(...way.toReversed(), ...(start > 0 ? [stop] : []));
	}
	return [...there, hold(at(legs)), ...back];
}
