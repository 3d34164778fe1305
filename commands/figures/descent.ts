import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Figure } from '../command.ts';
import { animation, FRAME_MS, HOLD_MS, inTurn } from './animation.ts';
import { enlarge, readRaster, type StoredImage } from './raster.ts';
import { createStage, stageFactor } from './stage.ts';

/** About how long the way down takes, whatever the number of its states. */
const DESCENT_MS = 4000;
/** The longest that a state stays, lest a way of few steps drag. */
const SLOWEST_MS = 400;

/** A picture on the way, and the caption below it. */
export interface DescentFrame {
	readonly image: StoredImage;
	readonly caption: string;
}

/**
 * A moving picture of how noise becomes a picture: one state after the other, then time to look at the last. Of more states
 * than there is time for only some, evenly spread, and the last.
 */
export async function descent(
	blobs: BlobStore,
	states: readonly DescentFrame[],
	about: { readonly filename: string; readonly alt: string },
): Promise<Figure> {
	const stride = Math.ceil(states.length / (DESCENT_MS / FRAME_MS));
	const shown = states.filter((_, i) => (states.length - 1 - i) % stride === 0);
	const rasters = await Promise.all(shown.map(({ image }) => readRaster(blobs, image)));
	const factor = stageFactor(rasters[0].width);
	const stage = await createStage(
		factor * rasters[0].width,
		shown.map(({ caption }) => ({ text: caption })),
	);
	// GIFs count in hundredths of a second.
	const pace = Math.min(SLOWEST_MS, Math.max(FRAME_MS, 10 * Math.round(DESCENT_MS / shown.length / 10)));
	const frames = await inTurn(rasters.entries(), ([i, raster]) => ({
		picture: stage.frame(enlarge(raster, factor), i),
		milliseconds: i === rasters.length - 1 ? HOLD_MS : pace,
	}));
	return animation(frames, about);
}
