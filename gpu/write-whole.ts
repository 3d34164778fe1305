/** Files that are written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file, and its folder where there is none: aside and then renamed, so that no reader ever sees half of it under
 * its final name, also after the power failed. Several processes may write the same file at once.
 */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	const unfinished = `${file}.${randomUUID()}`;
	try {
		const handle = await open(unfinished, 'w');
		try {
			await handle.writeFile(content);
			// Without it a name may reach the disk before what it names.
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(unfinished, file);
	} finally {
		await rm(unfinished, { force: true });
	}
}

/** Whether a file is what a process that was killed has left half written, by its name. */
export const isUnfinished = (name: string) => /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
