/** Files of prompt embeddings that a person keeps with the bot, as commands see them. */
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { Upload } from './options.ts';

export interface PromptFile {
	/** The name its owner knows it by; unique among their files. */
	readonly name: string;
	readonly blob: BlobRef;
	/** As they are spelled in the file. */
	readonly prompts: readonly string[];
	/** The embedding width of the text encoder that made them. */
	readonly width: number;
}

/** The prompt files of the person who asked. Their jobs look a prompt up here before anywhere else. */
export interface PromptFiles {
	/** Newest first; a newer file takes precedence. */
	list(): readonly PromptFile[];
	/**
	 * Keeps a file, replacing one of the same name.
	 *
	 * @throws {UserError} when it cannot be used, or is one too many
	 */
	add(upload: Upload): Promise<PromptFile>;
	/**
	 * Removes a file. False: its bytes stay stored, because somebody else keeps the same file or an unfinished request
	 * needs it. Undefined: there is no file of that name.
	 */
	remove(name: string): Promise<boolean | undefined>;
}
