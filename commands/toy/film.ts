/** The film of a toy: all points on their way from noise to data, the methods side by side. */

import { sharp } from '../../gpu/tensor/sharp.ts';
import { type FilmFrame, filmOf } from '../figures/descent.ts';
import { drawingPng } from '../figures/drawing.ts';
import { letteringPath } from '../figures/lettering.ts';
import type { Figure } from '../lib/command.ts';
import type { ToyFilm } from '../lib/films.ts';
import { METHOD_LOOKS } from './methods.ts';
import { dots, ground, inside, panel } from './panel.ts';
import { pathLayers } from './sheet.ts';

// In pixels.
const SIDE = 300;
const GAP = 16;
const SIZE = 22;
const HEAD = 36;

/** More paths would hide everything else. */
const PATHS = 2;

/** Shows the points at each step, and the paths of some of them so far. */
export async function toyFilm({ record: { data, runs }, ...about }: ToyFilm): Promise<Figure> {
	const width = runs.length * SIDE + (runs.length - 1) * GAP;
	const places = runs.map((_, i) => ({ left: i * (SIDE + GAP), top: HEAD, side: SIDE }));
	const empty = runs.map(({ method }, i) => {
		const { name, colour } = METHOD_LOOKS[method];
		const middle = places[i].left + SIDE / 2;
		const title = letteringPath({ text: name, x: middle, y: HEAD - 0.55 * SIZE, size: SIZE, weight: 'bold', colour });
		return title + panel(places[i], [ground(data)]);
	});
	const stage = await drawingPng(drawing(empty, width));

	const total = runs[0].walks.at(-1)!.steps;
	const frames: FilmFrame[] = [];
	for (const [i, { step }] of runs[0].film.entries()) {
		const moving = runs.map(({ method, film, paths }, n) => {
			const { colour } = METHOD_LOOKS[method];
			const soFar = paths.slice(0, PATHS).map((path) => path.slice(0, 2 * (step + 1)));
			const points = dots(film[i].points, { colour, width: 0.13, opacity: 0.6 });
			return inside(places[n], [points, ...pathLayers(soFar, colour)]);
		});
		const drawn = sharp(stage).composite([{ input: Buffer.from(drawing(moving, width)) }]);
		const pixels = await drawn.removeAlpha().toColourspace('srgb').raw().toBuffer();
		const caption = step === 0 ? 'noise' : `step ${step} of ${total}`;
		frames.push({ picture: { pixels, width, height: HEAD + SIDE }, caption });
	}
	return filmOf(frames, 1, about);
}

function drawing(parts: readonly string[], width: number): string {
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEAD + SIDE}">${parts.join('')}</svg>`;
}
