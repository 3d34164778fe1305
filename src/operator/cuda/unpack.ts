/** Takes files out of a wheel, which is a zip archive of hundreds of megabytes: read piece by piece, never as a whole. */
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';

/**
 * Each file gets its final name only once it is complete.
 *
 * @param wants whether a file of the archive, by its path there, is to be taken
 * @returns the names of the files that were taken
 */
export async function unpack(
	archive: string,
	folder: string,
	wants: (path: string) => boolean,
	signal: AbortSignal,
): Promise<readonly string[]> {
	mkdirSync(folder, { recursive: true });
	const taken: string[] = [];
	const open = new Set<() => void>();
	const unzip = new Unzip((file) => {
		if (wants(file.name)) {
			const name = basename(file.name);
			taken.push(name);
			take(file, join(folder, name), open);
		}
	});
	unzip.register(UnzipInflate);
	try {
		for await (const chunk of createReadStream(archive, { highWaterMark: 2 ** 20, signal })) unzip.push(chunk);
		unzip.push(new Uint8Array(0), true);
		if (open.size > 0) throw new Error(`${basename(archive)} ended in the middle of a file`);
	} finally {
		for (const abandon of open) abandon();
	}
	return taken;
}

/** @param open receives what discards the file, until it is complete */
function take(file: UnzipFile, path: string, open: Set<() => void>): void {
	const part = `${path}.part`;
	const descriptor = openSync(part, 'w', 0o600);
	const abandon = () => {
		closeSync(descriptor);
		rmSync(part, { force: true });
	};
	open.add(abandon);
	file.ondata = (error, data, isLast) => {
		if (error) throw error;
		for (let written = 0; written < data.length; ) written += writeSync(descriptor, data, written);
		if (!isLast) return;
		// Without this, the name may reach the disk before the content.
		fsyncSync(descriptor);
		closeSync(descriptor);
		open.delete(abandon);
		renameSync(part, path);
	};
	file.start();
}
