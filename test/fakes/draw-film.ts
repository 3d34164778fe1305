import { FILMS } from '../../commands/films.ts';
import type { DrawFilm } from '../../commands/lib/command.ts';

/** Draws a film in this process. */
export const drawFilm: DrawFilm = (film, input) => FILMS[film](input);
