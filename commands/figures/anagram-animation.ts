/** The film of an anagram: how it turns from one reading into the next. */
import { VIEWS } from '../../gpu/views/index.ts';
import type { Figure } from '../lib/command.ts';
import type { AnagramFilm } from '../lib/films.ts';
import { animation, type Frame, thereAndBack } from './animation.ts';
import { morph } from './morph.ts';
import { rasterOf } from './raster.ts';
import { createStage, stageFactor } from './stage.ts';

/**
 * An anagram that turns from its first reading into each other one and back, each under its caption.
 * After the animations of Geng, Park & Owens 2024, "Visual Anagrams".
 */
export async function anagramAnimation({ picture, readings, ...about }: AnagramFilm): Promise<Figure> {
	const { width } = picture;
	const factor = stageFactor(width);
	const stage = await createStage(
		width * factor,
		readings.map(({ prompt, look }) => ({ text: `“${prompt}”`, details: look })),
	);
	const upright = await rasterOf(picture);
	const frames: Frame[] = [];
	for (const [caption, { view: name }] of readings.entries()) {
		if (!name) continue;
		const view = VIEWS[name].create(width);
		const seen = await rasterOf(picture, view.apply);
		const between = morph(upright, seen, view, VIEWS[name].animation, factor);
		frames.push(...thereAndBack((place) => stage.frame(between(place), 0, { caption, place })));
	}
	return animation(frames, about);
}
