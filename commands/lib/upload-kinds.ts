/** The kinds of files that people send, and what people call them. */
import type { UploadKind } from './options.ts';

interface UploadWords {
	readonly one: string;
	readonly several: string;
}

export const UPLOAD_WORDS: Readonly<Record<UploadKind, UploadWords>> = {
	image: { one: 'picture', several: 'pictures' },
	embeddings: { one: 'file of embeddings', several: 'files of embeddings' },
};

/** File name extensions of prompt embeddings. */
export const EMBEDDINGS_ENDINGS: readonly string[] = ['.pth', '.pt', '.safetensors'];

/** What a file is meant for, judging by its name; only its bytes show whether it can be used. */
export function uploadKindOf(name: string): UploadKind {
	const lower = name.toLowerCase();
	return EMBEDDINGS_ENDINGS.some((ending) => lower.endsWith(ending)) ? 'embeddings' : 'image';
}
