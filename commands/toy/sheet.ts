/** The sheet of a toy: the data and the paths to them, the field over time, and what fewer steps do. */
import type { JobOf, Points, ToyRecord } from '../../gpu/jobs/index.ts';
import { drawingPng } from '../figures/drawing.ts';
import { breakLines, type Lettering, letteringPath } from '../figures/lettering.ts';
import { INK, LINE_HEIGHT, SOFT_INK } from '../figures/style.ts';
import type { Figure } from '../lib/command.ts';
import { METHOD_LOOKS, type MethodLook } from './methods.ts';
import { arrows, dots, ground, type Place, panel, path, rings } from './panel.ts';

type ToyJob = JobOf<'toy'>;

// Lengths in pixels of the sheet, as those of figures/sheet.ts.
const WIDTH = 1200;
const MARGIN = 32;
const GAP = 16;
const INNER = WIDTH - 2 * MARGIN;
const SIZE = 26;
const TITLE = 34;
/** Keeps two panels from filling the whole sheet. */
const MAX_SIDE = 480;

/** A part of the sheet that can stand alone. */
interface Band {
	readonly svg: string;
	readonly height: number;
}

/** The bands' names on their buttons, in order. */
export const BANDS = ['Paths', 'Field', 'Steps'] as const;

interface About {
	readonly filename: string;
	readonly alt: string;
	readonly title: string;
}

/** @param band the one to draw alone, from 0; absent: all */
export async function toySheet(job: ToyJob, record: ToyRecord, about: About, band?: number): Promise<Figure> {
	const all = [pathBand, fieldBand, stepBand];
	const drawn = (band === undefined ? all : [all[band]]).map((draw) => draw(job, record));
	const title = new Layout(0.6 * MARGIN);
	title.write([{ text: about.title, size: TITLE, weight: 'bold' }]);
	let height = title.bottom + GAP;
	const parts = drawn.map(({ svg, height: own }) => {
		const placed = `<g transform="translate(0 ${Math.round(height)})">${svg}</g>`;
		height += own + MARGIN;
		return placed;
	});
	return render([title.svg, ...parts].join(''), Math.round(height - MARGIN / 3), about);
}

async function render(svg: string, height: number, { filename, alt }: About): Promise<Figure> {
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">${svg}</svg>`;
	const bytes = await drawingPng(drawing);
	return { bytes, type: 'image/png', width: WIDTH, height, alt, filename };
}

/** The data, and beside them the paths of single points. */
function pathBand({ points }: ToyJob, { data, runs }: ToyRecord): Band {
	const layout = new Layout(0);
	const places = layout.row(runs.length + 1);
	layout.add(panel(places[0], [dots(data, { colour: INK, width: 0.12, opacity: 0.75 })]));
	const captions = [['The data', `${points} points`]];
	for (const [i, { method, walks, paths, detour }] of runs.entries()) {
		const look = METHOD_LOOKS[method];
		layout.add(panel(places[i + 1], [ground(data), ...pathLayers(paths, look.colour)]));
		captions.push([
			`${look.name}, ${stepsText(walks.at(-1)!.steps)}`,
			`paths ${detour.toFixed(1)} × the straight distance`,
		]);
	}
	layout.captions(places, captions);
	return layout.band();
}

/** Paths from their start, a ring, to where they are now, a dot; the first stands out, so that the eye can follow it. */
export function pathLayers(paths: readonly Points[], colour: string): string[] {
	const ends = paths.flatMap((points) => points.slice(-2));
	const begins = paths.flatMap((points) => points.slice(0, 2));
	return [
		...paths.slice(1).map((points) => path(points, { colour, width: 0.05, opacity: 0.45 })),
		path(paths[0], { colour, width: 0.08 }),
		rings(begins, { colour, width: 0.055 }, 0.11),
		dots(ends, { colour, width: 0.32 }),
	];
}

/** A row for each method: data with noise, and where the network sends each place. */
function fieldBand(_: ToyJob, { grid, runs }: ToyRecord): Band {
	const layout = new Layout(0);
	layout.heading('The field: from noise, on the left, to data');
	for (const { method, fields } of runs) {
		const look = METHOD_LOOKS[method];
		layout.label(look, look.arrows);
		const places = layout.row(fields.length);
		for (const [i, field] of fields.entries()) {
			layout.add(
				panel(places[i], [
					dots(field.points, { colour: look.colour, width: 0.13, opacity: 0.4 }),
					arrows(grid, field.arrows, { colour: INK, width: 0.055, opacity: 0.85 }),
				]),
			);
		}
		layout.captions(
			places,
			fields.map(({ time }) => [`${Math.round(100 * (1 - time))} % noise`]),
		);
	}
	return layout.band();
}

/** A row for each method: where the same noise ends up after few steps and after many. */
function stepBand(_: ToyJob, { data, leastDistance, runs }: ToyRecord): Band {
	const layout = new Layout(0);
	layout.heading('The number of steps');
	layout.write([
		{
			text: `Numbers are distances to the data (sliced Wasserstein); another draw of the data is ${leastDistance.toFixed(2)} away.`,
			size: 0.88 * SIZE,
			colour: SOFT_INK,
		},
	]);
	for (const { method, walks } of runs) {
		const look = METHOD_LOOKS[method];
		layout.label(look);
		const places = layout.row(walks.length);
		for (const [i, { end }] of walks.entries()) {
			layout.add(panel(places[i], [ground(data), dots(end, { colour: look.colour, width: 0.14, opacity: 0.75 })]));
		}
		layout.captions(
			places,
			walks.map(({ steps, distance }) => [stepsText(steps), distance.toFixed(2)]),
		);
	}
	return layout.band();
}

export const stepsText = (steps: number): string => (steps === 1 ? '1 step' : `${steps} steps`);

type Line = Pick<Lettering, 'text' | 'size' | 'weight'> & { readonly colour?: string };

/** Sets elements below one another. */
class Layout {
	bottom: number;
	readonly #parts: string[] = [];

	constructor(top: number) {
		this.bottom = top;
	}

	get svg(): string {
		return this.#parts.join('');
	}

	band(): Band {
		return { svg: this.svg, height: this.bottom };
	}

	add(svg: string): void {
		this.#parts.push(svg);
	}

	/** Lines in the middle of the sheet. */
	write(lines: readonly Line[]): void {
		this.bottom = this.#set(lines, WIDTH / 2, this.bottom, INNER);
	}

	heading(text: string): void {
		this.write([{ text, size: 1.1 * SIZE, weight: 'bold' }]);
	}

	/** The name of a method in its colour, and what its row shows. */
	label({ name, colour }: MethodLook, what = ''): void {
		this.bottom += 0.2 * SIZE;
		this.write([{ text: what === '' ? name : `${name}: ${what}`, size: SIZE, colour }]);
		this.bottom += 0.2 * SIZE;
	}

	/** Squares side by side. */
	row(count: number): Place[] {
		const side = Math.min(MAX_SIDE, Math.floor((INNER - (count - 1) * GAP) / count));
		const left = (WIDTH - count * side - (count - 1) * GAP) / 2;
		const top = Math.round(this.bottom);
		this.bottom = top + side;
		return Array.from({ length: count }, (_, i) => ({ left: Math.round(left + i * (side + GAP)), top, side }));
	}

	/** Below the squares: a line, and after it quieter ones. */
	captions(places: readonly Place[], captions: readonly (readonly string[])[]): void {
		const top = this.bottom + 0.2 * SIZE;
		for (const [i, [what, ...details]] of captions.entries()) {
			const { left, side } = places[i];
			const lines = [
				{ text: what, size: SIZE },
				...details.map((text) => ({ text, size: 0.88 * SIZE, colour: SOFT_INK })),
			];
			this.bottom = Math.max(this.bottom, this.#set(lines, left + side / 2, top, side));
		}
	}

	/** Sets the lines and returns where they end. */
	#set(lines: readonly Line[], x: number, top: number, maxWidth: number): number {
		let y = top;
		for (const { colour = INK, ...line } of lines) {
			for (const text of breakLines(line.text, { ...line, maxWidth, maxLines: 2 })) {
				this.add(letteringPath({ ...line, text, colour, x, y: y + (LINE_HEIGHT / 2 + 0.36) * line.size }));
				y += LINE_HEIGHT * line.size;
			}
		}
		return y;
	}
}
