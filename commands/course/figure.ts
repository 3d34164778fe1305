/** A figure of the course's report: what is asked for, through the bot's own commands. */
import type { Example } from './examples.ts';

/** A request that is part of a figure. */
export interface FigureRequest {
	readonly command: string;
	/** As typed, without the name of a model or a seed. */
	readonly options: Readonly<Record<string, string | number>>;
	/** The option `image` is an example picture, or the first picture of an earlier request of the same figure. */
	readonly image?: Example | { readonly pictureOf: number };
}

export interface CourseFigure {
	/** The exercise's number in the assignment; letters tell figures of one exercise apart. */
	readonly id: string;
	readonly title: string;
	/** What to look at, in a sentence or two. */
	readonly text: string;
	readonly requests: readonly FigureRequest[];
}
