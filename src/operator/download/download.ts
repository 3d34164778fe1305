/** Downloads one file, resuming where an earlier attempt stopped. It gets its final name only once its checksum is verified. */
import type { Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Checked, digestText, feed, hasherFor } from './checksum.ts';
import type { Disk } from './disk.ts';

/** The name of a file that is not complete yet. */
export const partOf = (file: string): string => `${file}.part`;

/** The hub answered with a status that a retry would not change. */
export class Refusal extends Error {
	readonly status: number;

	constructor(status: number) {
		super(`status ${status}`);
		this.status = status;
	}
}

/** The connection kept failing. */
export class Dropped extends Error {}

/** The checksum is not the hub's; the file was deleted. */
export class Damaged extends Error {}

export interface Patience {
	/** Pauses before further attempts, in milliseconds; they start over whenever bytes arrive. */
	readonly pausesMs: readonly number[];
	/** After so long without a byte the connection counts as dropped. */
	readonly stallMs: number;
}

export const PATIENT: Patience = { pausesMs: [1000, 2000, 5000, 10_000, 20_000], stallMs: 60_000 };

export interface Download extends Checked {
	readonly url: string;
	/** Its path. */
	readonly file: string;
}

export interface Means {
	readonly fetch: typeof fetch;
	readonly disk: Disk;
	readonly signal: AbortSignal;
	readonly patience: Patience;
	/**
	 * @param bytes that are on the disk and had not been told; below 0 where a server began from the start again
	 * @param fresh whether they just came
	 */
	readonly onBytes: (bytes: number, fresh: boolean) => void;
}

/**
 * Downloads a file. Bytes of it that are there already, under its unfinished name, are told at once.
 *
 * @throws {Refusal | Dropped | Damaged} or what the disk says, or the signal's reason
 */
export async function download(wanted: Download, means: Means): Promise<void> {
	const { file, size, digest } = wanted;
	await mkdir(dirname(file), { recursive: true });
	const part = partOf(file);
	const handle = await open(part, 'a+');
	try {
		const transfer = await Transfer.resume(handle, part, wanted, means);
		await complete(transfer, means);
		if (transfer.hasher.digest('hex') !== digestText(digest)) throw new Damaged(`${size} bytes with another hash`);
		// Without this, the name may reach the disk before the content.
		await handle.sync();
	} catch (error) {
		if (error instanceof Damaged) await rm(part, { force: true });
		throw error;
	} finally {
		await handle.close();
	}
	await rename(part, file);
}

/** Tries until the file is complete. */
async function complete(transfer: Transfer, { signal, patience }: Means): Promise<void> {
	for (let failures = 0; !transfer.isComplete; ) {
		const before = transfer.received;
		const failure = await transfer.attempt().catch((error: Error) => error);
		signal.throwIfAborted();
		if (failure && !(failure instanceof Transient)) throw failure;
		if (transfer.received > before) failures = 0;
		if (transfer.isComplete) return;
		const pause = patience.pausesMs[failures++];
		if (pause === undefined) throw new Dropped(failure?.message ?? 'it ended');
		await delay(pause, undefined, { signal });
	}
}

/** Another attempt may succeed. */
class Transient extends Error {}

const TRANSIENT_STATUSES = [408, 425, 429, 500, 502, 503, 504];

class Transfer {
	received = 0;
	hasher: Hash;
	readonly #handle: FileHandle;
	readonly #wanted: Download;
	readonly #means: Means;

	private constructor(handle: FileHandle, wanted: Download, means: Means) {
		this.#handle = handle;
		this.#wanted = wanted;
		this.#means = means;
		this.hasher = hasherFor(wanted);
	}

	/** Resumes from the .part file. */
	static async resume(handle: FileHandle, part: string, wanted: Download, means: Means): Promise<Transfer> {
		const transfer = new Transfer(handle, wanted, means);
		const { size } = await stat(part);
		if (size > wanted.size) await handle.truncate(0);
		else {
			const { signal, onBytes } = means;
			await feed(transfer.hasher, part, { signal, onBytes: (bytes) => onBytes(bytes, false) });
			transfer.received = size;
		}
		return transfer;
	}

	get isComplete(): boolean {
		return this.received === this.#wanted.size;
	}

	/** Ends when the server has sent everything that it will send. */
	async attempt(): Promise<void> {
		const { fetch, signal, patience } = this.#means;
		const stalled = new AbortController();
		const timer = setTimeout(() => stalled.abort(new Error('nothing came')), patience.stallMs);
		try {
			const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
			if (this.received > 0) headers.Range = `bytes=${this.received}-`;
			const both = AbortSignal.any([signal, stalled.signal]);
			const response = await fetch(this.#wanted.url, { headers, signal: both }).catch(transient);
			await this.#accept(response).catch(async (error) => {
				await response.body?.cancel().catch(() => {});
				throw error;
			});
			for await (const chunk of chunksOf(response)) {
				timer.refresh();
				await this.#take(chunk);
			}
		} finally {
			clearTimeout(timer);
		}
	}

	/** Checks that the response continues where we are; restarts if the server ignores ranges. */
	async #accept(response: Response): Promise<void> {
		const { status, headers } = response;
		if (TRANSIENT_STATUSES.includes(status)) throw new Transient(`status ${status}`);
		if (status === 206 && Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]) === this.received)
			return;
		// The server cannot continue from here: what we have may belong to another version of the file.
		if (status === 200 || status === 206 || status === 416) await this.#restart();
		else throw new Refusal(status);
		if (status !== 200) throw new Transient(`status ${status}`);
	}

	async #restart(): Promise<void> {
		if (this.received === 0) return;
		await this.#handle.truncate(0);
		this.#means.onBytes(-this.received, true);
		this.received = 0;
		this.hasher = hasherFor(this.#wanted);
	}

	async #take(chunk: Uint8Array): Promise<void> {
		const { size } = this.#wanted;
		if (this.received + chunk.length > size) throw new Damaged(`more than ${size} bytes`);
		await this.#means.disk.append(this.#handle, chunk);
		this.hasher.update(chunk);
		this.received += chunk.length;
		this.#means.onBytes(chunk.length, true);
	}
}

/** Errors of the network are transient; errors while writing are not. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
	const reader = body?.getReader();
	if (!reader) return;
	try {
		for (;;) {
			const { done, value } = await reader.read().catch(transient);
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel().catch(() => {});
	}
}

/** @throws {Transient} always */
function transient(error: Error): never {
	const { code, message } = rootOf(error) as NodeJS.ErrnoException;
	throw new Transient(code ?? (message || 'it failed'));
}

/** The error at the bottom of one: fetch puts the network's or the proxy's one or two levels below its own. */
export function rootOf(error: Error): Error {
	return error.cause instanceof Error ? rootOf(error.cause) : error;
}
