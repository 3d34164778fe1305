/** The film of a descent: how a picture emerges from noise, state by state. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Figure } from '../lib/command.ts';
import { animation, FRAME_MS, HOLD_MS, inTurn } from './animation.ts';
import { enlarge, type Raster, readRaster, type StoredImage } from './raster.ts';
import { createStage, stageFactor } from './stage.ts';

/** About how long the way down takes, whatever the number of its states. */
const DESCENT_MS = 4000;
/** The longest that a state stays, so that a walk of few steps does not drag. */
const SLOWEST_MS = 400;

/** A picture on the way, and the caption below it. */
export interface DescentFrame {
	readonly image: StoredImage;
	readonly caption: string;
}

/**
 * An animation of noise becoming a picture: one state after the other, then time to look at the last. If there are more
 * states than there is time for, only some are shown, evenly spread, including the last.
 */
export async function descent(
	blobs: BlobStore,
	states: readonly DescentFrame[],
	about: { readonly filename: string; readonly alt: string },
): Promise<Figure> {
	const film = shownOf(states).map(async ({ image, caption }) => ({
		picture: await readRaster(blobs, image),
		caption,
	}));
	return filmOf(await Promise.all(film), stageFactor(states[0].image.width), about);
}

/** The states that there is time for, including the last. */
export function shownOf<T>(states: readonly T[]): T[] {
	const stride = Math.ceil(states.length / (DESCENT_MS / FRAME_MS));
	return states.filter((_, i) => (states.length - 1 - i) % stride === 0);
}

/**
 * The same for pictures in memory.
 *
 * @param film all of one size
 * @param factor by which they are enlarged, without smoothing
 */
export async function filmOf(
	film: readonly { readonly picture: Raster; readonly caption: string }[],
	factor: number,
	about: { readonly filename: string; readonly alt: string },
): Promise<Figure> {
	const { width, height } = film[0].picture;
	const captions = film.map(({ caption }) => ({ text: caption }));
	const stage = await createStage(factor * width, captions, factor * height);
	// GIFs count in hundredths of a second.
	const pace = Math.min(SLOWEST_MS, Math.max(FRAME_MS, 10 * Math.round(DESCENT_MS / film.length / 10)));
	const frames = await inTurn(film.entries(), ([i, { picture }]) => ({
		picture: stage.frame(enlarge(picture, factor), i),
		milliseconds: i === film.length - 1 ? HOLD_MS : pace,
	}));
	return animation(frames, about);
}
