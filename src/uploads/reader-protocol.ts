/** What the bot and a reader, the process that fetches and reads what people send, say to each other. */

import type { PictureSize } from '../../commands/lib/options.ts';

/** What a reader can do: what it is given, and what it answers. */
export interface Tasks {
	/** A picture as the jobs take it. */
	readonly picture: { readonly given: NamedFile; readonly answer: ReadPicture };
	/** What is in a file of prompt embeddings. */
	readonly embeddings: { readonly given: NamedFile; readonly answer: EmbeddingsFacts };
	/** The file behind a web address. */
	readonly address: { readonly given: { readonly address: string }; readonly answer: FetchedFile };
}

export type TaskName = keyof Tasks;

export interface NamedFile {
	readonly bytes: Uint8Array;
	/** Names the file in messages. */
	readonly label: string;
}

export interface ReadPicture {
	/** A PNG. */
	readonly bytes: Uint8Array;
	/** A sentence on what of the file was taken, for the answer to the request. */
	readonly note?: string;
	/** Before it was made smaller; absent where it was not. */
	readonly sentSize?: PictureSize;
}

export interface EmbeddingsFacts {
	/** As they are spelled in the file. */
	readonly prompts: readonly string[];
	/** Of the text encoder that made them. */
	readonly width: number;
}

export interface FetchedFile {
	readonly bytes: Uint8Array;
	readonly name: string;
}

/** The last words of a reader that has taken all the memory that it may. */
export const OUT_OF_MEMORY = 'out of memory';

/** Ids are unique for one process. */
export type ToReader =
	| { readonly type: 'question'; readonly id: number; readonly task: TaskName; readonly given: unknown }
	/** Nobody waits for the answer any more. */
	| { readonly type: 'cancel'; readonly id: number };

export type FromReader = { readonly id: number } & (
	| { readonly answer: unknown }
	/** One sentence for whoever sent it. */
	| { readonly refusal: string }
	/** What went wrong, for the log. */
	| { readonly failure: string }
);
