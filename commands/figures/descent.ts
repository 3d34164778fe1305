/** The film of a descent: how a picture emerges from noise, state by state. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Figure } from '../lib/command.ts';
import type { DescentFilm, FilmState } from '../lib/films.ts';
import { animation, FRAME_MS, HOLD_MS } from './animation.ts';
import { enlarge, pictureFile, type Raster, rasterOf, type StoredImage } from './raster.ts';
import { createStage, stageFactor } from './stage.ts';

/** About how long the way down takes, whatever the number of its states. */
const DESCENT_MS = 4000;
/** The longest that a state stays, so that a walk of few steps does not drag. */
const SLOWEST_MS = 400;

/**
 * The pictures of a descent. If there are more states than there is time for, only some are shown, evenly spread, including
 * the last.
 */
export function shownStates(
	blobs: BlobStore,
	states: readonly { readonly image: StoredImage; readonly caption: string }[],
): Promise<FilmState[]> {
	const stride = Math.ceil(states.length / (DESCENT_MS / FRAME_MS));
	const shown = states.filter((_, i) => (states.length - 1 - i) % stride === 0);
	return Promise.all(shown.map(async ({ image, caption }) => ({ picture: await pictureFile(blobs, image), caption })));
}

/** An animation of noise becoming a picture: one state after the other, then time to look at the last. */
export async function descent({ states, ...about }: DescentFilm): Promise<Figure> {
	return filmOf(await rastersOf(states), stageFactor(states[0].picture.width), about);
}

/** Decodes the pictures of a descent. */
export function rastersOf(states: readonly FilmState[]): Promise<FilmFrame[]> {
	return Promise.all(states.map(async ({ picture, caption }) => ({ picture: await rasterOf(picture), caption })));
}

export interface FilmFrame {
	readonly picture: Raster;
	readonly caption: string;
}

/**
 * The same for pictures in memory.
 *
 * @param film all of one size
 * @param factor by which they are enlarged, without smoothing
 */
export async function filmOf(
	film: readonly FilmFrame[],
	factor: number,
	about: { readonly filename: string; readonly alt: string },
): Promise<Figure> {
	const { width, height } = film[0].picture;
	const captions = film.map(({ caption }) => ({ text: caption }));
	const stage = await createStage(factor * width, captions, factor * height);
	// GIFs count in hundredths of a second.
	const pace = Math.min(SLOWEST_MS, Math.max(FRAME_MS, 10 * Math.round(DESCENT_MS / film.length / 10)));
	const frames = film.map(({ picture }, i) => ({
		picture: stage.frame(enlarge(picture, factor), i),
		milliseconds: i === film.length - 1 ? HOLD_MS : pace,
	}));
	return animation(frames, about);
}
