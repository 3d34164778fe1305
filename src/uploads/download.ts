/** Downloads a file that somebody sent in chat from the platform's own servers. */
import { UserError } from '../../gpu/jobs/index.ts';
import { MAX_UPLOAD_BYTES } from './limits.ts';

/** A 10 MiB file at 700 kB/s, while the user sees a waiting message. */
const DOWNLOAD_MS = 15_000;

export interface Download {
	readonly url: string;
	/** The platform's own servers; files are downloaded from nowhere else. */
	readonly origins: ReadonlySet<string>;
	/** The file's name, for messages. */
	readonly label: string;
	/** The platform's title, for messages. */
	readonly platform: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Throws when the response is something other than the file. */
	readonly check?: (response: Response) => void;
	/** Aborted when nobody is waiting for the file any more. */
	readonly signal?: AbortSignal;
}

/**
 * Redirects are not followed: they would send the headers elsewhere.
 *
 * @returns the file, at most MAX_UPLOAD_BYTES long
 * @throws {UserError} when it is too large or cannot be downloaded
 */
export async function download({
	url,
	origins,
	label,
	platform,
	headers,
	check,
	signal: leaving,
}: Download): Promise<Uint8Array> {
	if (!origins.has(new URL(url).origin)) throw new Error(`a file that is not on the servers of ${platform}`);
	const chunks: Uint8Array[] = [];
	let length = 0;
	const timeout = AbortSignal.timeout(DOWNLOAD_MS);
	const signal = leaving ? AbortSignal.any([leaving, timeout]) : timeout;
	try {
		const response = await fetch(url, { headers, redirect: 'manual', signal });
		check?.(response);
		if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
		for await (const chunk of response.body) {
			length += chunk.length;
			if (length > MAX_UPLOAD_BYTES) throw tooLarge(label);
			chunks.push(chunk);
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`${label} could not be fetched from ${platform}; upload it again.`);
	}
	return Buffer.concat(chunks, length);
}

export const tooLarge = (label: string) =>
	new UserError(`${label} is too large; files may have at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB.`);
