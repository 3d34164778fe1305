/** The disk that files are downloaded to. */
import { existsSync } from 'node:fs';
import { type FileHandle, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export interface Disk {
	/** Bytes that a user who is not the superuser may still fill there; the folder need not exist yet. */
	free(folder: string): Promise<number>;
	/** Adds bytes at the end of a file. */
	append(file: FileHandle, bytes: Uint8Array): Promise<void>;
}

/** Kept free by downloads for the bot's other files: its database, and a day's pictures. */
export const RESERVE = 200 * 2 ** 20;

export const realDisk: Disk = {
	async free(folder) {
		let at = resolve(folder);
		while (!existsSync(at)) at = dirname(at);
		const { bavail, bsize } = await statfs(at);
		return bavail * bsize;
	},
	append: (file, bytes) => file.appendFile(bytes),
};
