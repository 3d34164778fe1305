/** Files of prompt embeddings that somebody keeps with the bot, as commands see them. */
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { Upload } from './options.ts';

export interface PromptFile {
	/** As its owner knows it; no two of theirs have the same. */
	readonly name: string;
	readonly blob: BlobRef;
	/** As they are spelled in the file. */
	readonly prompts: readonly string[];
	/** Of the text encoder that made them. */
	readonly width: number;
}

/** Those of whoever asks. Their jobs find prompts in them before anything else does. */
export interface PromptFiles {
	/** The newest first, which goes before the others. */
	list(): readonly PromptFile[];
	/**
	 * Keeps a file, in place of one of the same name.
	 *
	 * @throws {UserError} when it cannot be used, or is one too many
	 */
	add(upload: Upload): Promise<PromptFile>;
	/**
	 * Forgets a file. False: its bytes stay stored, as somebody else keeps the same ones, or a request that is under way needs
	 * them. Undefined: there is none of that name.
	 */
	remove(name: string): Promise<boolean | undefined>;
}
