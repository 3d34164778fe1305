/** Files of model directories: made by strangers, moved by tools, cut off by networks. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ModelError } from '../errors.ts';

/** What git leaves in the place of a large file that was not fetched. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Tokenizers of large vocabularies have 20 MB. */
const MAX_TEXT_BYTES = 100e6;

/**
 * Opens a file to read it. Throws a ModelError when it is missing, no file at all (a pipe would be waited for for ever), or
 * only the pointer to one.
 *
 * @param label names it in messages
 */
export async function openFile(path: string, label = path): Promise<FileHandle> {
	const found = await stat(path).catch((cause) => {
		const problem = cause.code === 'ENOENT' ? 'is missing; download it' : `cannot be read (${cause.code})`;
		throw new ModelError(`${label}: ${problem}`, { cause });
	});
	if (!found.isFile()) throw new ModelError(`${label}: is not a file`);
	const file = await open(path).catch((cause) => {
		throw new ModelError(`${label}: cannot be opened (${cause.code})`, { cause });
	});
	const { buffer, bytesRead } = await file.read(Buffer.alloc(LFS_POINTER.length), 0, LFS_POINTER.length, 0);
	if (buffer.subarray(0, bytesRead).toString() !== LFS_POINTER) return file;
	await file.close();
	throw new ModelError(
		`${label}: is only git's pointer to the file; run "git lfs pull" there, or download the file itself`,
	);
}

/** The content of a small file. Throws as openFile, and when it is far too large to be one. */
export async function readSmallFile(path: string, maxBytes = MAX_TEXT_BYTES): Promise<Buffer> {
	const file = await openFile(path);
	try {
		const { size } = await file.stat();
		if (size > maxBytes) throw new ModelError(`${path}: has ${size} bytes, which cannot be right; download it again`);
		return await file.readFile();
	} finally {
		await file.close();
	}
}
