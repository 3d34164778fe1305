/** The film of sampled digits: all of them on their way from noise, in rows. */
import { filmOf, rastersOf } from '../figures/descent.ts';
import { blank, lay, type PictureFile, type Raster, rasterOf } from '../figures/raster.ts';
import type { Figure } from '../lib/command.ts';
import type { DigitsFilm } from '../lib/films.ts';

/** The most pixels a side of an animation may have; digits are enlarged by a whole factor. */
const FILM_SIDE = 840;
/** The largest factor, which makes a single digit as large as other animations. */
const MAX_FILM_FACTOR = 11;

export async function digitsFilm({ states, digits, columns, caption, ...about }: DigitsFilm): Promise<Figure> {
	const end = await mosaic(digits, columns);
	const factor = Math.floor(FILM_SIDE / Math.max(end.width, end.height));
	const frames = [...(await rastersOf(states)), { picture: end, caption }];
	return filmOf(frames, Math.max(1, Math.min(MAX_FILM_FACTOR, factor)), about);
}

/** Rows of equal pictures, without gaps. */
async function mosaic(pictures: readonly PictureFile[], columns: number): Promise<Raster> {
	const [{ width, height }] = pictures;
	const rasters = await Promise.all(pictures.map((picture) => rasterOf(picture)));
	const canvas = blank(columns * width, Math.ceil(pictures.length / columns) * height, '#000000');
	return rasters.reduce(
		(whole, raster, i) => lay(whole, raster, (i % columns) * width, Math.floor(i / columns) * height),
		canvas,
	);
}
