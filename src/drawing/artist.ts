/** Entry point of an artist, which draws films, so that doing so cannot take the bot's time or memory. */
import { FILMS } from '../../commands/films.ts';
import { listen } from '../base/helpers/loop.ts';
import type { FilmTasks } from './artists.ts';

listen<FilmTasks>(FILMS);
