/** What the page can tell of a file without the server. */
import { uploadKindOf } from '../../../../commands/lib/upload-kinds.ts';
import { formatProblem, HEAD_BYTES } from '../../../uploads/picture-formats.ts';

/** One sentence on why a file will not be taken; undefined where it may well be. */
export async function uploadProblem(file: File, maxBytes: number): Promise<string | undefined> {
	const tooLarge = sizeProblem(file, maxBytes);
	if (tooLarge || uploadKindOf(file.name) !== 'image') return tooLarge;
	const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
	return formatProblem(new Uint8Array(head), file.name);
}

/** The part of it that is known at once. */
export function sizeProblem(file: File, maxBytes: number): string | undefined {
	if (file.size <= maxBytes) return undefined;
	const size = (file.size / 2 ** 20).toFixed(1);
	return `${file.name} has ${size} MiB; files may have at most ${maxBytes / 2 ** 20} MiB.`;
}
