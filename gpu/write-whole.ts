import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file, and its folder where there is none: aside and then renamed, so that no reader ever sees half of it under
 * its final name. Several processes may write the same file at once.
 */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	const unfinished = `${file}.${randomUUID()}`;
	try {
		await writeFile(unfinished, content);
		await rename(unfinished, file);
	} finally {
		await rm(unfinished, { force: true });
	}
}
