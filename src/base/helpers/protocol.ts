/** The messages between the bot and a helper, a child process that does tasks of one table for it. */

/** A table of tasks: for each, what it is given and what it answers, as plain data. */
export type TaskTypes<T> = {
	readonly [K in keyof T]: { readonly given: unknown; readonly answer: unknown };
};

export type TaskName<T> = keyof T & string;

/** The last line of a helper that has used more memory than it may. */
export const OUT_OF_MEMORY = 'out of memory';

/** Ids are unique within one process. */
export type ToHelper =
	| { readonly type: 'question'; readonly id: number; readonly task: string; readonly given: unknown }
	/** Nobody is waiting for the answer any more. */
	| { readonly type: 'cancel'; readonly id: number };

export type FromHelper = { readonly id: number } & (
	| { readonly answer: unknown }
	/** One sentence for the person who asked. */
	| { readonly refusal: string }
	/** What went wrong, for the log. */
	| { readonly failure: string }
);
