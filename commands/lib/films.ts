/** What the films are made of. They are drawn in another process, so that is plain data. */
import type { JobOf, ToyRecord } from '../../gpu/jobs/index.ts';
import type { ComponentReading, ViewReading } from '../../gpu/views/index.ts';
import type { PictureFile } from '../figures/raster.ts';

export interface FilmInputs {
	readonly anagram: AnagramFilm;
	readonly hybrid: HybridFilm;
	readonly descent: DescentFilm;
	readonly digits: DigitsFilm;
	readonly toy: ToyFilm;
}

export type FilmName = keyof FilmInputs;

interface Film {
	readonly filename: string;
	readonly alt: string;
}

export interface AnagramFilm extends Film {
	readonly picture: PictureFile;
	readonly readings: readonly ViewReading[];
}

export interface HybridFilm extends Film {
	readonly picture: PictureFile;
	readonly readings: readonly ComponentReading[];
	/** The decomposition that it was made with. */
	readonly choice: Pick<JobOf<'hybrid'>, 'decomposition' | 'sigma' | 'kernel'>;
}

/** A picture on the way from noise, and the caption below it. */
export interface FilmState {
	readonly picture: PictureFile;
	readonly caption: string;
}

export interface DescentFilm extends Film {
	readonly states: readonly FilmState[];
}

export interface DigitsFilm extends Film {
	/** Pictures of all digits together. */
	readonly states: readonly FilmState[];
	/** What became of them, one by one, in so many columns. */
	readonly digits: readonly PictureFile[];
	readonly columns: number;
	/** Below the last picture. */
	readonly caption: string;
}

export interface ToyFilm extends Film {
	readonly record: ToyRecord;
}
