/** Finds the file of prompt embeddings that people put in a model's directory, or next to it. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ModelError } from '../../errors.ts';
import { remember } from '../../remember.ts';
import { readPromptEmbeddings } from './dictionary.ts';

/** What a file of embeddings covers, without the embeddings themselves, which take much memory. */
export interface EmbeddingsHead {
	readonly width: number;
	readonly prompts: readonly string[];
}

export interface FoundEmbeddings {
	/** The first file with that width; absent: there is none. */
	readonly file?: string;
	/** What is wrong with the first file, if none is usable. */
	readonly damage?: { readonly name: string; readonly damage: string };
}

/**
 * The folders where embeddings for the model in `directory` may be, the nearest first: its own and the one above; for a
 * snapshot in the hub's cache its own, its repository and the root of the cache.
 */
export function foldersOf(directory: string): readonly string[] {
	const above = dirname(directory);
	const repository = dirname(above);
	return basename(above) === 'snapshots' ? [directory, repository, dirname(repository)] : [directory, above];
}

/** The first file in `folders` that holds embeddings of this width; files of other kinds may be there too. */
export async function findEmbeddings(folders: readonly string[], width: number): Promise<FoundEmbeddings> {
	let damage: FoundEmbeddings['damage'];
	for (const folder of folders) {
		for (const file of await filesIn(folder)) {
			const head = await lookInto(file).catch((error: Error) => error);
			if ('width' in head && head.width === width) return { file };
			const problem = 'width' in head ? `${file}: ${otherWidth(head.width, width)}` : head.message;
			damage ??= { name: basename(file), damage: problem };
		}
	}
	return damage ? { damage } : {};
}

const otherWidth = (found: number, width: number) =>
	`holds embeddings of width ${found}, but the network reads those of ${width}; they belong to different models`;

async function filesIn(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(pth|pt|safetensors)$/i.test(name));
	return names.sort().map((name) => join(folder, name));
}

/** Width and prompts of a file of embeddings, reread only after it changes. Throws as readPromptEmbeddings does. */
export async function lookInto(file: string): Promise<EmbeddingsHead> {
	const state = await stat(file).catch(() => undefined); // reading it reports what is wrong
	const head = await headOf(file, `${state?.size} ${state?.mtimeMs}`);
	if (head instanceof ModelError) throw head;
	return head;
}

/** Remembers what is wrong with other files too: large files of another kind should not be read again and again. */
const headOf = remember(
	async (file: string, _state: string): Promise<EmbeddingsHead | ModelError> => {
		try {
			const { width, prompts } = await readPromptEmbeddings(file);
			return { width, prompts };
		} catch (error) {
			if (error instanceof ModelError) return error;
			throw error;
		}
	},
	{ max: 256 },
);
