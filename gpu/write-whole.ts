/** Writes files completely or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file, and creates its folder if there is none. It writes under another name and then renames, so that no reader ever
 * sees half of the file under its final name, even after a power failure. Several processes may write the same file at once.
 */
export async function writeWhole(
	file: string,
	content: Uint8Array | string | AsyncIterable<Uint8Array>,
): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	const unfinished = `${file}.${randomUUID()}`;
	try {
		const handle = await open(unfinished, 'w');
		try {
			await writeFile(handle, content);
			// Without this, the name may reach the disk before the content.
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(unfinished, file);
	} finally {
		await rm(unfinished, { force: true });
	}
}

/** Whether a file was left half written by a killed process, judging by its name. */
export const isUnfinished = (name: string) => /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
