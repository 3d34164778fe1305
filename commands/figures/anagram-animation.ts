/** The film of an anagram: how it turns from one reading into the next. */
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { VIEWS, type ViewReading } from '../../gpu/views/index.ts';
import type { Figure } from '../lib/command.ts';
import { animation, type Frame, thereAndBack } from './animation.ts';
import { morph } from './morph.ts';
import { readRaster, type StoredImage } from './raster.ts';
import { createStage, stageFactor } from './stage.ts';

/**
 * An anagram that turns from its first reading into each other one and back, each under its caption.
 * After the animations of Geng, Park & Owens 2024, "Visual Anagrams".
 */
export async function anagramAnimation(
	blobs: BlobStore,
	image: StoredImage,
	readings: readonly ViewReading[],
	about: { readonly filename: string; readonly alt: string },
): Promise<Figure> {
	const factor = stageFactor(image.width);
	const stage = await createStage(
		image.width * factor,
		readings.map(({ prompt, look }) => ({ text: `“${prompt}”`, details: look })),
	);
	const upright = await readRaster(blobs, image);
	const frames: Frame[] = [];
	for (const [caption, { view: name }] of readings.entries()) {
		if (!name) continue;
		const view = VIEWS[name].create(image.width);
		const seen = await readRaster(blobs, image, view.apply);
		const between = morph(upright, seen, view, VIEWS[name].animation, factor);
		frames.push(...(await thereAndBack((place) => stage.frame(between(place), 0, { caption, place }))));
	}
	return animation(frames, about);
}
