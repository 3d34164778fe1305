/** Files that are named on the command line. */
import { readFile, stat } from 'node:fs/promises';

/** Stands for standard input in the place of a file. */
export const STANDARD_INPUT = '-';

/** @throws where it is no regular file: a pipe would be waited for, perhaps for ever */
export async function contentOf(path: string): Promise<Uint8Array> {
	if (!(await stat(path)).isFile()) throw new Error('no file');
	return readFile(path);
}

/**
 * All that is sent to this process, as far as it may be.
 *
 * @param most in bytes; what comes after the first byte beyond is not waited for
 */
export async function readToEnd(input: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of input) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > most) break;
	}
	return Buffer.concat(chunks);
}
