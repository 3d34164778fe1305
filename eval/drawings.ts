/**
 * Draws test digits as people send them: with a pen, photographed in uneven light, cropped, on a table, in a frame. A seed
 * determines everything.
 */
import sharp from 'sharp';
import { MersenneTwister } from '../gpu/diffusion/mersenne-twister.ts';
import { DIGIT_SIZE } from '../gpu/models/digits/unet.ts';

export const CONDITIONS = [
	'square',
	'tight crop',
	'portrait',
	'landscape',
	'uneven light',
	'sheet on a table',
	'ruled frame',
	'coloured ink',
] as const;
export type Condition = (typeof CONDITIONS)[number];

type Colour = readonly [number, number, number];

const PEN: Colour = [28, 30, 40];
const PAPERS: readonly Colour[] = [
	[255, 255, 255],
	[250, 247, 238],
	[236, 238, 240],
];
/** Ink and paper. */
const COLOURED: readonly (readonly [Colour, Colour])[] = [
	[
		[200, 30, 40],
		[250, 248, 240],
	],
	[
		[30, 70, 190],
		[255, 255, 255],
	],
	[
		[20, 130, 60],
		[252, 250, 235],
	],
	[
		[225, 30, 30],
		[30, 30, 225],
	], // as bright as its paper
	[
		[245, 240, 230],
		[25, 50, 40],
	], // chalk on a board
	[
		[240, 140, 30],
		[255, 255, 255],
	],
];
const TABLES: readonly Colour[] = [
	[60, 44, 34],
	[30, 30, 32],
	[110, 75, 45],
];

/** Where a digit's 28 x 28 pixels are, in pixels of the picture. */
interface Place {
	readonly left: number;
	readonly top: number;
	readonly side: number;
}

/**
 * @param levels a digit, 0 (paper) to 255 (ink), [28 · 28]
 * @returns a JPEG
 */
export async function drawing(levels: Uint8Array, condition: Condition, seed: number): Promise<Buffer> {
	const random = new MersenneTwister(seed);
	const uniform = (low: number, high: number) => low + (high - low) * (random.next() / 2 ** 32);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform(0, list.length))];
	const [width, height] = sizeOf(condition, levels);
	const place = placeOf(condition, levels, { width, height }, uniform);
	const [ink, paper] = condition === 'coloured ink' ? pick(COLOURED) : [PEN, pick(PAPERS)];
	const table = pick(TABLES);
	const sheet = condition === 'sheet on a table' ? uniform(0.08, 0.14) : 0;
	const turn = sheet > 0 ? uniform(-0.09, 0.09) : 0;
	const frame = condition === 'ruled frame' ? uniform(0.06, 0.1) : 0;
	const line = uniform(3, 6);
	const falling = condition === 'uneven light' ? uniform(0.6, 0.8) : 1;
	const angle = uniform(0, 2 * Math.PI);
	const at = inkAt(levels, place);

	const pixels = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const [u, v] = [x / width - 0.5, y / height - 0.5];
			const along = u * Math.cos(angle) + v * Math.sin(angle); // -0.7..0.7
			const light = 1 - (1 - falling) * Math.min(1, Math.max(0, along + 0.5));
			const [ru, rv] = [u * Math.cos(turn) - v * Math.sin(turn), u * Math.sin(turn) + v * Math.cos(turn)];
			const isTable = Math.max(Math.abs(ru), Math.abs(rv)) > 0.5 - sheet;
			const fromFrame = Math.abs(Math.min(x, y, width - 1 - x, height - 1 - y) - frame * width);
			const share = frame > 0 && fromFrame < line / 2 ? 1 : at(x, y);
			for (let channel = 0; channel < 3; channel++) {
				const sheetLevel = share * ink[channel] + (1 - share) * paper[channel];
				const grain = uniform(-3, 3);
				pixels[(y * width + x) * 3 + channel] = clamp(light * (isTable ? table[channel] : sheetLevel) + grain);
			}
		}
	}
	return sharp(pixels, { raw: { width, height, channels: 3 } })
		.blur(0.8)
		.jpeg({ quality: 80 })
		.toBuffer();
}

const clamp = (level: number) => Math.round(Math.min(255, Math.max(0, level)));

/** Sharpens soft levels into a pen's strokes: how much of a pixel is ink, 0..1. */
function inkAt(levels: Uint8Array, { left, top, side }: Place) {
	const level = (row: number, column: number) =>
		row < 0 || column < 0 || row >= DIGIT_SIZE || column >= DIGIT_SIZE ? 0 : levels[row * DIGIT_SIZE + column] / 255;
	return (x: number, y: number) => {
		const column = ((x + 0.5 - left) / side) * DIGIT_SIZE - 0.5;
		const row = ((y + 0.5 - top) / side) * DIGIT_SIZE - 0.5;
		const [c, r] = [Math.floor(column), Math.floor(row)];
		const [fc, fr] = [column - c, row - r];
		const soft =
			(1 - fr) * ((1 - fc) * level(r, c) + fc * level(r, c + 1)) +
			fr * ((1 - fc) * level(r + 1, c) + fc * level(r + 1, c + 1));
		return Math.min(1, Math.max(0, (soft - 0.35) / 0.2));
	};
}

/** The bounding box of the ink, in pixels of the digit. */
function boxOf(levels: Uint8Array) {
	const inked = [...levels.keys()].filter((i) => levels[i] > 100);
	const rows = inked.map((i) => Math.floor(i / DIGIT_SIZE));
	const columns = inked.map((i) => i % DIGIT_SIZE);
	const [top, left] = [Math.min(...rows), Math.min(...columns)];
	return { top, left, height: Math.max(...rows) + 1 - top, width: Math.max(...columns) + 1 - left };
}

/** Pixels of the picture per pixel of the digit, in a tight crop. */
const TIGHT = 16;

function sizeOf(condition: Condition, levels: Uint8Array): readonly [number, number] {
	if (condition === 'portrait') return [480, 860];
	if (condition === 'landscape') return [860, 480];
	if (condition !== 'tight crop') return [560, 560];
	const { width, height } = boxOf(levels);
	return [Math.max(width, 4) * TIGHT, height * TIGHT];
}

function placeOf(
	condition: Condition,
	levels: Uint8Array,
	{ width, height }: { readonly width: number; readonly height: number },
	uniform: (low: number, high: number) => number,
): Place {
	if (condition === 'tight crop') {
		const box = boxOf(levels);
		const left = -box.left * TIGHT + (width - box.width * TIGHT) / 2;
		return { left, top: -box.top * TIGHT, side: DIGIT_SIZE * TIGHT };
	}
	const short = Math.min(width, height);
	const isWithin = condition === 'sheet on a table' || condition === 'ruled frame';
	const side = short * (isWithin ? uniform(0.6, 0.75) : uniform(0.7, 1));
	const least = isWithin ? 0.14 * short : 0;
	const within = (room: number) => (room < 2 * least ? room / 2 : uniform(least, room - least));
	return { left: within(width - side), top: within(height - side), side };
}
