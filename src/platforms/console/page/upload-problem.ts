/** What the page can check in a file without the server. */
import { uploadKindOf } from '../../../../commands/lib/upload-kinds.ts';
import { formatProblem, HEAD_BYTES } from '../../../uploads/picture-formats.ts';

/** Why a file will be refused, in one sentence; undefined if it may be accepted. */
export async function uploadProblem(file: File, maxBytes: number): Promise<string | undefined> {
	const tooLarge = sizeProblem(file, maxBytes);
	if (tooLarge || uploadKindOf(file.name) !== 'image') return tooLarge;
	const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
	return formatProblem(new Uint8Array(head), file.name);
}

/** The part of uploadProblem that needs no reading. */
export function sizeProblem(file: File, maxBytes: number): string | undefined {
	if (file.size <= maxBytes) return undefined;
	const size = (file.size / 2 ** 20).toFixed(1);
	return `${file.name} has ${size} MiB; files may have at most ${maxBytes / 2 ** 20} MiB.`;
}
