import { afterEach, beforeEach, expect, test } from 'vitest';
import { pictureFile } from '../../../commands/figures/raster.ts';
import type { FilmInputs } from '../../../commands/lib/films.ts';
import type { JobOf } from '../../../gpu/jobs/index.ts';
import { viewReadings } from '../../../gpu/views/index.ts';
import { Artists } from '../../../src/drawing/artists.ts';
import { storePicture } from '../../commands/figures/store-picture.ts';
import { drawFilm } from '../../fakes/draw-film.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { toyRecord } from '../../fakes/toy-record.ts';

let artists: Artists;
beforeEach(() => {
	artists = new Artists();
});
afterEach(() => artists.close());

/** Of the smallest size that is not enlarged for the stage: smaller ones make larger films. */
async function drawn(colour: (x: number, y: number) => readonly number[], size = 162) {
	const blobs = memoryBlobs();
	return pictureFile(blobs, await storePicture(blobs, size, colour));
}

async function anagramFilm(): Promise<FilmInputs['anagram']> {
	const picture = await drawn((x, y) => [x, y, 40]);
	const readings = viewReadings({ prompts: ['an old man', 'a campfire'], views: ['flip'] });
	return { picture, readings, filename: 'anagram.gif', alt: 'It turns.' };
}

async function descentFilm(): Promise<FilmInputs['descent']> {
	const states = [990, 500, 0].map(async (t) => ({ picture: await drawn(() => [t / 4, 0, 0]), caption: `t = ${t}` }));
	return { states: await Promise.all(states), filename: 'descent.gif', alt: 'It goes down.' };
}

test('draw the films that this process would draw', async () => {
	const anagram = await anagramFilm();
	expect(await artists.draw('anagram', anagram)).toEqual(await drawFilm('anagram', anagram));
	const descent = await descentFilm();
	expect(await artists.draw('descent', descent)).toEqual(await drawFilm('descent', descent));
	const job = { points: 20, methods: ['ddpm', 'flow'], stepCounts: [1, 5] } as unknown as JobOf<'toy'>;
	const toy = { record: toyRecord(job), filename: 'toy.gif', alt: 'They move.' };
	expect(await artists.draw('toy', toy)).toEqual(await drawFilm('toy', toy));
});

test('leave a film that nobody waits for any more, drawn or not yet begun, and draw the next', async () => {
	const anagram = await anagramFilm();
	const leaving = new AbortController();
	const films = [artists.draw('anagram', anagram, leaving.signal), artists.draw('anagram', anagram, leaving.signal)];
	const ends = Promise.allSettled(films);
	leaving.abort(new Error('gone'));
	for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
	expect(await artists.draw('descent', await descentFilm())).toMatchObject({ filename: 'descent.gif' });
});

test('draw nothing once they are closed', async () => {
	const films = [artists.draw('anagram', await anagramFilm()), artists.draw('descent', await descentFilm())];
	const ends = Promise.allSettled(films);
	artists.close();
	for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'closed' } });
});
