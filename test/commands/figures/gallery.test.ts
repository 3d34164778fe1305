import { beforeAll, describe, expect, it } from 'vitest';
import { type Gallery, galleryActions, galleryReply } from '../../../commands/figures/gallery.ts';
import type { StoredImage } from '../../../commands/figures/raster.ts';
import type { Figure, Reply } from '../../../commands/lib/command.ts';
import { type Job, UserError } from '../../../gpu/jobs/index.ts';
import { drawFilm } from '../../fakes/draw-film.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { storePicture } from './store-picture.ts';

const blobs = memoryBlobs();
const film: Figure = {
	bytes: Uint8Array.of(1),
	type: 'image/gif',
	width: 1,
	height: 1,
	alt: 'It moves.',
	filename: 'a.gif',
};
const own = { action: 'upscale', label: 'Upscale', index: 0 };
const all = { action: 'sheet', label: 'All' };
let image: StoredImage;
beforeAll(async () => {
	image = await storePicture(blobs, 8, (x) => [9 * x, 0, 0]);
});

/** Pieces with these names, two per row, followed by the original. The first has a button and an animation. */
function gallery(...names: string[]): Gallery {
	const pieces = names.map((name, i) => ({
		image,
		caption: `${name}\nby hand`,
		filename: `${name}.png`,
		text: `Text of ${name}.`,
		alt: `Alt of ${name}`,
		settings: 'seed 3',
		...(i === 0 && { buttons: [own], moving: async () => film }),
		...(i === 1 && { label: 'second' }),
	}));
	const rows = [pieces.slice(0, 2), [...pieces.slice(2), { image, caption: 'original' }]];
	return { text: 'All of them.', filename: 'sheet.png', alt: 'Things', settings: 'seed 3', rows };
}

const press = (pressed: Gallery, action: 'show' | 'sheet' | 'animate', index = 0): Promise<Reply> =>
	galleryActions(() => pressed)[action]({
		job: {} as Job,
		result: { images: [], notes: [] },
		options: {},
		blobs,
		film: drawFilm,
		index,
	});

describe('several pieces', () => {
	it('make one sheet that describes its layout, with a button for each', async () => {
		const { text, figures, buttons } = await galleryReply(blobs, gallery('a', 'b', 'c'));
		expect(text).toBe('All of them.');
		expect(figures.map(({ filename }) => filename)).toEqual(['sheet.png']);
		expect(figures[0].alt).toBe(
			'Things. A sheet of 4 pictures, from left to right. Row 1: a, by hand; b, by hand. Row 2: c, by hand; original. seed 3',
		);
		expect(buttons).toEqual([
			{ action: 'show', label: '1', index: 0 },
			{ action: 'show', label: 'second', index: 1 },
			{ action: 'show', label: '3', index: 2 },
		]);
	});

	it('have originals that say their position, except the one they are compared with', async () => {
		const { originals } = await galleryReply(blobs, gallery('a', 'b', 'c'));
		const singles = await originals!();
		expect(singles.map(({ filename }) => filename)).toEqual(['a.png', 'b.png', 'c.png']);
		expect(singles[2].alt).toBe('Alt of c. Picture 3 of 3, in row 2, column 1 of the sheet. seed 3');
	});

	it('can be shown alone with their own buttons, and together again', async () => {
		const pieces = gallery('a', 'b', 'c');
		const { originals, ...sheet } = await galleryReply(blobs, pieces);
		const first = await press(pieces, 'show');
		expect(first.figures).toEqual([(await originals!())[0]]);
		expect(first.text).toBe('Text of a.');
		expect(first.buttons).toEqual([own, { action: 'animate', label: 'Animate', index: 0 }, all]);
		expect((await press(pieces, 'show', 1)).buttons).toEqual([all]);
		expect(await press(pieces, 'sheet')).toMatchObject(sheet);
	});

	it('are animated if possible, with a button back to the still', async () => {
		const pieces = gallery('a', 'b');
		expect((await galleryReply(blobs, pieces, drawFilm)).figures.map(({ filename }) => filename)).toEqual([
			'sheet.png',
			'a.gif',
		]);
		const moving = await press(pieces, 'animate');
		// Buttons below the animation act on its picture.
		expect(moving.figures).toEqual([{ ...film, source: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
		expect(moving.buttons).toEqual([{ action: 'show', label: 'Still', index: 0 }, own, all]);
		await expect(press(pieces, 'animate', 1)).rejects.toThrow(UserError);
	});

	it('reject an index beyond the last', async () => {
		await expect(press(gallery('a', 'b'), 'show', 2)).rejects.toThrow('There is no picture 3');
	});

	it('have no more buttons than fit', async () => {
		const names = Array.from({ length: 30 }, (_, i) => `picture-${i}`);
		const { buttons } = await galleryReply(blobs, gallery(...names));
		expect(buttons).toHaveLength(18);
	});
});

describe('a single piece', () => {
	it('is shown alone, without a sheet', async () => {
		const { figures, originals, buttons } = await galleryReply(blobs, gallery('a'));
		expect(figures.map(({ filename, alt }) => [filename, alt])).toEqual([['a.png', 'Alt of a. seed 3']]);
		expect(originals).toBeUndefined();
		expect(buttons).toEqual([own, { action: 'animate', label: 'Animate', index: 0 }]);
	});

	it('comes with its animation on request', async () => {
		const [still, moving] = (await galleryReply(blobs, gallery('a'), drawFilm)).figures;
		expect(moving).toEqual({ ...film, source: still.source });
	});
});
