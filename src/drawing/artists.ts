/** This process's artists, which draw its films. */
import { fileURLToPath } from 'node:url';
import type { Figure } from '../../commands/lib/command.ts';
import type { FilmInputs, FilmName } from '../../commands/lib/films.ts';
import { Helpers } from '../base/helpers/helpers.ts';

export type FilmTasks = {
	readonly [F in FilmName]: { readonly given: FilmInputs[F]; readonly answer: Figure };
};

export class Artists {
	readonly #helpers = new Helpers<FilmTasks>({
		name: 'an artist',
		entry: fileURLToPath(new URL('artist.ts', import.meta.url)),
		processes: 1,
		questionsEach: 1,
		// Most take seconds; the largest, on a busy machine, two minutes.
		limitMs: 300_000,
		// The largest films, of many digits, take about half of it.
		memory: 1536,
		idleMs: 120_000,
	});

	/**
	 * @param signal aborted when nobody is waiting for the film any more
	 * @throws the signal's reason
	 */
	draw<F extends FilmName>(film: F, input: FilmInputs[F], signal?: AbortSignal): Promise<Figure> {
		return this.#helpers.ask(film, input, signal);
	}

	/** Draws nothing more; films that are not done are not answered. */
	close(): void {
		this.#helpers.close();
	}
}
