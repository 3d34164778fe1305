/** The hashes by which the hub knows files, and whether a file on the disk has the right one. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Of large files the SHA-256, of others git's hash of a blob; in hexadecimal. */
export type Digest = { readonly sha256: string } | { readonly git: string };

export interface Checked {
	readonly size: number;
	readonly digest: Digest;
}

/** What is to be fed with all bytes of a file. */
export function hasherFor({ size, digest }: Checked): Hash {
	return 'sha256' in digest ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

export const digestText = (digest: Digest): string => ('sha256' in digest ? digest.sha256 : digest.git);

export const sameDigest = (a: Digest, b: Digest): boolean => digestText(a) === digestText(b);

export interface Reading {
	readonly signal: AbortSignal;
	/** Is told how many bytes were read. */
	readonly onBytes?: (bytes: number) => void;
}

/** Whether a file is what it should be. Throws what the system says, also when it is aborted. */
export async function isRight(file: string, expected: Checked, reading: Reading): Promise<boolean> {
	const found = await stat(file).catch(() => undefined);
	if (found?.size !== expected.size) return false;
	const hasher = hasherFor(expected);
	await feed(hasher, file, reading);
	return hasher.digest('hex') === digestText(expected.digest);
}

/** Feeds a file's bytes to a hasher. */
export async function feed(hasher: Hash, file: string, { signal, onBytes }: Reading): Promise<void> {
	for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20, signal })) {
		hasher.update(chunk);
		onBytes?.(chunk.length);
	}
}
