/** Reads files of model directories, which may be made by strangers, moved by tools, or truncated by networks. */
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { ModelError } from '../errors.ts';

/** What git leaves in place of a large file that was not fetched. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Tokenizers with large vocabularies have 20 MB. */
export const MAX_TOKENIZER_BYTES = 100e6;

/**
 * Opens a file to read it. Throws a ModelError if it is missing, not a regular file (reading a pipe might never end), or only
 * a git-lfs pointer.
 *
 * @param label its name in messages
 */
export async function openFile(path: string, label = path): Promise<FileHandle> {
	const refuse = async (cause: NodeJS.ErrnoException) => {
		throw new ModelError(`${label}: ${await problemOf(path, cause)}`, { cause });
	};
	const found = await stat(path).catch(refuse);
	if (!found.isFile()) throw new ModelError(`${label}: is not a file; put the right one in its place`);
	const file = await open(path).catch(refuse);
	const { buffer, bytesRead } = await file.read(Buffer.alloc(LFS_POINTER.length), 0, LFS_POINTER.length, 0);
	if (buffer.subarray(0, bytesRead).toString() !== LFS_POINTER) return file;
	await file.close();
	throw new ModelError(
		`${label}: is only git's pointer to the file; run "git lfs pull" there, or download the file itself`,
	);
}

/** In the hub's cache every file is a link, which may remain after its target was deleted. */
async function problemOf(path: string, { code }: NodeJS.ErrnoException): Promise<string> {
	const isLink = await lstat(path).then(
		(found) => found.isSymbolicLink(),
		() => false,
	);
	if (isLink && (code === 'ENOENT' || code === 'ELOOP')) return 'is a broken link; download the file again';
	if (code === 'ENOENT') return 'is missing; download it';
	return `cannot be read (${code}); give the user that the bot runs as permission to read it`;
}

/** The content of a small file. Throws as openFile does, and also if it is far too large. */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer> {
	const file = await openFile(path);
	try {
		const { size } = await file.stat();
		if (size > maxBytes) throw new ModelError(`${path}: has ${size} bytes, which cannot be right; download it again`);
		return await file.readFile();
	} finally {
		await file.close();
	}
}
