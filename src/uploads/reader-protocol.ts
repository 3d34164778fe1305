/** What readers are asked, the processes that fetch and read what people send. */
import type { PictureSize } from '../../commands/lib/options.ts';

/** A reader's tasks, each with what it is given and what it answers. */
export interface Tasks {
	/** Converts a picture to what jobs use. */
	readonly picture: { readonly given: NamedFile; readonly answer: ReadPicture };
	/** Reads what a file of prompt embeddings contains. */
	readonly embeddings: { readonly given: NamedFile; readonly answer: EmbeddingsFacts };
	/** Fetches the file at a web address. */
	readonly address: { readonly given: { readonly address: string }; readonly answer: FetchedFile };
}

export interface NamedFile {
	readonly bytes: Uint8Array;
	/** The file's name in messages. */
	readonly label: string;
}

export interface ReadPicture {
	/** A PNG. */
	readonly bytes: Uint8Array;
	/** A sentence about which part of the file was used, for the answer to the request. */
	readonly note?: string;
	/** The size before it was made smaller; absent if it was not. */
	readonly sentSize?: PictureSize;
}

export interface EmbeddingsFacts {
	/** The prompts as the file spells them. */
	readonly prompts: readonly string[];
	/** The embedding width of the text encoder that made them. */
	readonly width: number;
}

export interface FetchedFile {
	readonly bytes: Uint8Array;
	readonly name: string;
}
