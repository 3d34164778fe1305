/** The films by name: what draws each. Commands ask for them through CommandContext.film, which draws them elsewhere. */
import { anagramAnimation } from './figures/anagram-animation.ts';
import { descent } from './figures/descent.ts';
import { hybridAnimation } from './figures/hybrid-animation.ts';
import type { Figure } from './lib/command.ts';
import type { FilmInputs, FilmName } from './lib/films.ts';
import { digitsFilm } from './mnist/film.ts';
import { toyFilm } from './toy/film.ts';

export const FILMS: { readonly [F in FilmName]: (input: FilmInputs[F]) => Promise<Figure> } = {
	anagram: anagramAnimation,
	hybrid: hybridAnimation,
	descent,
	digits: digitsFilm,
	toy: toyFilm,
};
