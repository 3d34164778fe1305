/** The kinds of files that people send, as people call them. */
import type { UploadKind } from './options.ts';

interface UploadWords {
	readonly one: string;
	readonly several: string;
}

export const UPLOAD_WORDS: Readonly<Record<UploadKind, UploadWords>> = {
	image: { one: 'picture', several: 'pictures' },
	embeddings: { one: 'file of embeddings', several: 'files of embeddings' },
};

/** Endings of files of prompt embeddings. */
export const EMBEDDINGS_ENDINGS: readonly string[] = ['.pth', '.pt', '.safetensors'];

/** What a file is meant for, by its name; whether it can serve for that, only its bytes say. */
export function uploadKindOf(name: string): UploadKind {
	const lower = name.toLowerCase();
	return EMBEDDINGS_ENDINGS.some((ending) => lower.endsWith(ending)) ? 'embeddings' : 'image';
}
