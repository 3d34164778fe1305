/** The film of a hybrid: it recedes, fades or shakes, so that each of its prompts is seen. */
import { decompose } from '../../gpu/views/index.ts';
import type { Figure } from '../lib/command.ts';
import type { HybridFilm } from '../lib/films.ts';
import { animation, FRAME_MS, type Frame, HOLD_MS, hold, thereAndBack, wayBetween } from './animation.ts';
import { blend, enlarge, lay, type Raster, rasterOf, shrink } from './raster.ts';
import { createStage, type Stage, stageFactor } from './stage.ts';

/**
 * A hybrid as it is meant to be looked at: depending on its kind, it moves away and comes back, fades to greys, or is
 * shaken. It starts with its last reading, which is the picture as it is. After the animations of Geng, Park & Owens 2024,
 * "Factorized Diffusion".
 */
export async function hybridAnimation({ picture, readings, choice, ...about }: HybridFilm): Promise<Figure> {
	const { width } = picture;
	const factor = stageFactor(width);
	const nearestFirst = readings.toReversed();
	const stage = await createStage(
		width * factor,
		nearestFirst.map(({ prompt, look }) => ({
			text: prompt === undefined ? 'the reference' : `“${prompt}”`,
			details: look,
		})),
	);
	const whole = enlarge(await rasterOf(picture), factor);
	const firstComponent = async () => enlarge(await rasterOf(picture, decompose(choice, width)[0]), factor);
	const frames = {
		color: async () => fading(stage, whole, await firstComponent()),
		motion: async () => shaken(stage, whole, await firstComponent(), SHAKE_PIXELS * factor),
	}[choice.decomposition];
	return animation(frames ? await frames() : receding(stage, whole, readings.length - 1), about);
}

/** Far enough that only a sixth of stage I's pixels can be told apart, which is below where its components part. */
const FARTHEST = 12;

/** Away in as many legs as there are farther readings, and back. */
function receding(stage: Stage, whole: Raster, legs: number): Frame[] {
	return thereAndBack((place) => {
		const side = Math.round(whole.width / FARTHEST ** (place / legs));
		const corner = Math.floor((whole.width - side) / 2);
		return captioned(stage, lay(stage.empty, shrink(whole, side), corner, corner), place);
	}, legs);
}

/** From the whole picture to one of its components and back. */
function fading(stage: Stage, whole: Raster, component: Raster): Frame[] {
	return thereAndBack((place) => captioned(stage, blend(whole, component, place), place));
}

/** Along the falling diagonal, in pixels of the picture. */
const SHAKE_PIXELS = 1;

/** From the still picture to what is left of it in motion, which trembles, and back. */
function shaken(stage: Stage, whole: Raster, blurred: Raster, reach: number): Frame[] {
	const away = wayBetween((place) => captioned(stage, blend(whole, blurred, place), place));
	const sides = [-reach, reach].map((offset) => stage.frame(lay(stage.empty, blurred, offset, offset), 1));
	const trembling = Array.from({ length: HOLD_MS / (2 * FRAME_MS) }, (_, i) => ({
		picture: sides[i % 2],
		milliseconds: 2 * FRAME_MS,
	}));
	return [hold(captioned(stage, whole, 0)), ...away, ...trembling, ...away.toReversed()];
}

/** A frame at a place on the way, with the captions on either side of it. */
function captioned(stage: Stage, picture: Raster, place: number): Raster {
	const caption = Math.floor(place);
	return stage.frame(picture, caption, place > caption ? { caption: caption + 1, place: place - caption } : undefined);
}
