/** Keeps a large text encoder's output on disk: a prompt that was seen before needs no encoder in memory. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isFullDisk } from '../../errors.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { writeWhole } from '../../write-whole.ts';
import { TEXT_LENGTH, type TextEncoder } from '../text-encoder.ts';

/** Room for some 1,700 prompts of T5-XXL. */
const MAX_BYTES = 2 * 2 ** 30;

/** The share of the limit to keep once it is exceeded, so that not every prompt has to scan the folder. */
const LEFT = 0.9;

export interface DiskCacheOptions {
	readonly folder: string;
	/** Distinguishes encoders, and versions of one with different weights. */
	readonly revision: string;
	/** The limit for all files in the folder; the most recently used stay. */
	readonly maxBytes?: number;
}

/** A digest of the numbers, then the numbers: fp32, little-endian. */
const DIGEST_BYTES = 32;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The encoder with a cache: it runs only for prompts that are not in the folder. */
export function cachedOnDisk(encoder: TextEncoder, options: DiskCacheOptions): TextEncoder {
	const { folder, revision, maxBytes = MAX_BYTES } = options;
	const fileOf = (text: string) => join(folder, createHash('sha256').update(`${revision}\0${text}`).digest('hex'));
	/** Bytes in the folder; undefined until it is scanned. */
	let total: number | undefined;

	async function keep(file: string, { data }: Tensor): Promise<void> {
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		total ??= (await filesIn(folder)).reduce((sum, { size }) => sum + size, 0);
		await writeWhole(file, Buffer.concat([digestOf(bytes), bytes]));
		total += DIGEST_BYTES + bytes.length;
		if (total > maxBytes) total = await shrink(folder, LEFT * maxBytes);
	}

	return {
		...encoder,
		async encode(text) {
			const file = fileOf(text);
			const known = await read(file, encoder.width);
			if (known) return known;
			const embedding = await encoder.encode(text);
			// A full disk makes prompts slow, not impossible.
			await keep(file, embedding).catch((error: unknown) => {
				if (!isFullDisk(error)) console.error('an embedding could not be saved:', error);
			});
			return embedding;
		},
	};
}

/** Undefined if there is no file, or a damaged one. */
async function read(file: string, width: number): Promise<Tensor | undefined> {
	const content = await readFile(file).catch(() => undefined);
	if (!content) return undefined;
	const bytes = content.subarray(DIGEST_BYTES);
	const isWhole = bytes.length === 4 * TEXT_LENGTH * width && digestOf(bytes).equals(content.subarray(0, DIGEST_BYTES));
	if (!isWhole) {
		await rm(file, { force: true });
		return undefined;
	}
	const now = new Date();
	await utimes(file, now, now).catch(() => {}); // it may just have been removed as the oldest
	return tensor(new Float32Array(Uint8Array.from(bytes).buffer), [TEXT_LENGTH, width]);
}

async function filesIn(folder: string) {
	const names = await readdir(folder).catch(() => []);
	const files = names.map(async (name) => {
		const path = join(folder, name);
		const found = await stat(path).catch(() => undefined);
		return found?.isFile() ? [{ path, size: found.size, used: found.mtimeMs }] : [];
	});
	return (await Promise.all(files)).flat();
}

/** Removes files, the least recently used first, until at most `bytes` are left; returns how many are left. */
async function shrink(folder: string, bytes: number): Promise<number> {
	const files = (await filesIn(folder)).sort((a, b) => a.used - b.used);
	let left = files.reduce((sum, { size }) => sum + size, 0);
	for (const { path, size } of files) {
		if (left <= bytes) break;
		await rm(path, { force: true });
		left -= size;
	}
	return left;
}
