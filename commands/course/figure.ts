/** A figure of the course's report: the requests that make it, through the bot's own commands, and what it teaches. */
import type { Upload } from '../lib/options.ts';
import type { Example } from './examples.ts';
import type { Recording } from './recorded.ts';

/** A picture to work on: one that comes with the bot, or somebody's own. */
export type Photo = Example | Upload;

/** A request that is part of a figure. */
export interface FigureRequest {
	readonly command: string;
	/** As typed, without the name of a model or a seed. */
	readonly options: Readonly<Record<string, string | number>>;
	/** The option `image`: a picture, or the first one that an earlier request of the same figure made. */
	readonly image?: Photo | { readonly pictureOf: number };
}

/** Requests that are shown side by side. */
export interface FigureRow {
	/** Why it is there, where it is not what the assignment asks for; a sentence or two. */
	readonly note?: string;
	readonly requests: readonly FigureRequest[];
	/** Shown instead of requests. */
	readonly recorded?: Recording;
	/** Shown instead of requests that nothing here could fulfil: what would, in one sentence. */
	readonly missing?: string;
}

/** Each request in a row of its own: its sheet is as wide as the page. */
export const rowsOf = (...requests: readonly FigureRequest[]): FigureRow[] =>
	requests.map((request) => ({ requests: [request] }));

export interface Paper {
	/** "Ho et al. 2020" */
	readonly name: string;
	readonly url: string;
}

/** The words around a figure, in plain sentences; in all of them `_{…}` is a subscript and `^{…}` a superscript. */
export interface Lesson {
	readonly title: string;
	/** What is shown. */
	readonly text: string;
	readonly formula: string;
	readonly papers: readonly Paper[];
	/** What to look at, and why it is that way. */
	readonly look: string;
}

export interface CourseFigure extends Lesson {
	/** The exercise's number in the assignment; letters tell figures of one exercise apart. */
	readonly id: string;
	readonly rows: readonly FigureRow[];
}
