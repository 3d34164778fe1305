/** Takes files out of a wheel, which is a zip archive of hundreds of megabytes: read piece by piece, never as a whole. */
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { UserError } from '../../../gpu/jobs/index.ts';

/** What is taken out of an archive. */
export interface Wanted {
	/** Whether a file, by its path in the archive, is to be taken. */
	readonly wants: (path: string) => boolean;
	/** The name of the file that is put in place after all others. */
	readonly last: string;
}

/**
 * Nothing is in `folder` under its final name before the whole archive has been read, and the file `last` comes after all others,
 * so whoever finds that one finds all of them.
 *
 * @throws {UserError} for an archive that cannot be read, or without the file `last`
 */
export async function unpack(
	archive: string,
	folder: string,
	{ wants, last }: Wanted,
	signal: AbortSignal,
): Promise<void> {
	const unfinished = join(folder, `.${basename(archive)}.part`);
	rmSync(unfinished, { recursive: true, force: true });
	mkdirSync(unfinished, { recursive: true });
	const taken = new Set<string>();
	const open = new Set<() => void>();
	const unzip = new Unzip((file) => {
		if (wants(file.name)) {
			const name = basename(file.name);
			taken.add(name);
			take(file, join(unfinished, name), open);
		}
	});
	unzip.register(UnzipInflate);
	try {
		for await (const chunk of createReadStream(archive, { highWaterMark: 2 ** 20, signal }))
			push(unzip, chunk, archive);
		push(unzip, new Uint8Array(0), archive, true);
		if (open.size > 0 || !taken.has(last))
			throw new UserError(`${basename(archive)} does not hold ${last} as it should.`);
		for (const name of [...taken].filter((each) => each !== last)) rename(name);
		rename(last);
	} finally {
		for (const close of open) close();
		rmSync(unfinished, { recursive: true, force: true });
	}

	function rename(name: string): void {
		renameSync(join(unfinished, name), join(folder, name));
	}
}

function push(unzip: Unzip, chunk: Uint8Array, archive: string, isLast = false): void {
	try {
		unzip.push(chunk, isLast);
	} catch (cause) {
		// What the disk says has a code, and is explained where the download is.
		if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
		throw new UserError(`${basename(archive)} cannot be unpacked (${(cause as Error).message}).`, { cause });
	}
}

/** @param open receives what closes the file, until it is complete */
function take(file: UnzipFile, path: string, open: Set<() => void>): void {
	const descriptor = openSync(path, 'w', 0o600);
	const close = () => closeSync(descriptor);
	open.add(close);
	file.ondata = (error, data, isLast) => {
		if (error) throw error;
		for (let written = 0; written < data.length; ) written += writeSync(descriptor, data, written);
		if (!isLast) return;
		// Without this, the name may reach the disk before the content.
		fsyncSync(descriptor);
		close();
		open.delete(close);
	};
	file.start();
}
