/**
 * Fetches a picture from a web address. The bot's network may have services that trust it, so it connects only to public
 * addresses. It uses the very addresses that it checked, so a name cannot resolve to something else in between.
 */
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { MAX_UPLOAD_BYTES } from './limits.ts';
import { isPublicAddress } from './public-address.ts';
import type { FetchedFile } from './reader-protocol.ts';

/** How names are resolved and which addresses are allowed; tests use a small internet of their own. */
export interface Network {
	/** Every address of a host name. */
	resolve(host: string): Promise<readonly { readonly address: string; readonly family: number }[]>;
	/** Whether an address may be connected to. */
	isAllowed(address: string): boolean;
	/** A certificate authority to trust instead of the well-known ones. */
	readonly ca?: string;
}

const INTERNET: Network = { resolve: (host) => lookup(host, { all: true }), isAllowed: isPublicAddress };

/** Limits for the whole fetch, redirects included. */
export interface Limits {
	readonly maxBytes: number;
	readonly timeoutMs: number;
	readonly maxRedirects: number;
}

export interface FetchOptions {
	readonly network?: Network;
	readonly limits?: Limits;
	/** Aborted when nobody is waiting for the picture any more. */
	readonly signal?: AbortSignal;
}

/** As large as an upload may be; the user sees a waiting message meanwhile. */
const LIMITS: Limits = { maxBytes: MAX_UPLOAD_BYTES, timeoutMs: 10_000, maxRedirects: 3 };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * @param address "https://…"
 * @returns the bytes, whatever they are, and the file's name
 * @throws {UserError} when the address is not https, not public, or does not deliver a file within the limits
 */
export async function fetchPicture(
	address: string,
	{ network = INTERNET, limits = LIMITS, signal: leaving }: FetchOptions = {},
): Promise<FetchedFile> {
	const label = shorten(address, MAX_LABEL);
	const timeout = AbortSignal.timeout(limits.timeoutMs);
	const signal = leaving ? AbortSignal.any([leaving, timeout]) : timeout;
	try {
		let url = readUrl(address, label);
		for (let redirects = 0; ; redirects++) {
			const response = await get(url, network, signal);
			const { statusCode = 0, headers } = response;
			if (!REDIRECTS.has(statusCode) || !headers.location) {
				if (statusCode !== 200) {
					response.destroy();
					throw new UserError(`${label} returned status ${statusCode}; give the address of the picture itself.`);
				}
				return { bytes: await readBody(response, limits.maxBytes, label), name: nameOf(url) };
			}
			response.destroy();
			if (redirects === limits.maxRedirects) {
				throw new UserError(`${label} redirects more than ${limits.maxRedirects} times; give the final address.`);
			}
			url = readUrl(headers.location, label, url);
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		if (error instanceof ForbiddenAddress) {
			throw new UserError(
				`${label} leads to a network that is not public; pictures are fetched from the public internet only.`,
			);
		}
		const why = signal.aborted
			? `did not arrive within ${limits.timeoutMs / 1000} s`
			: `cannot be fetched (${(error as NodeJS.ErrnoException).code ?? 'no answer'})`;
		throw new UserError(`${label} ${why}; save the picture and send it as a file.`);
	}
}

/** Error messages quote at most this much of an address. */
const MAX_LABEL = 80;

class ForbiddenAddress extends Error {}

/** @param base the address that a relative one is resolved against */
function readUrl(address: string, label: string, base?: URL): URL {
	if (!URL.canParse(address, base)) {
		throw new UserError(`${label} is not a web address; give one like https://example.org/picture.png.`);
	}
	const url = new URL(address, base);
	if (url.protocol !== 'https:') {
		throw new UserError(`${label} leads to ${url.protocol}//; pictures are fetched over https:// only.`);
	}
	if (url.username || url.password) {
		throw new UserError(`${label} contains a user name or password; give an address that needs none.`);
	}
	return url;
}

/** Resolves with the response's head. Every connection is new, because a kept one would not be checked again. */
async function get(url: URL, network: Network, signal: AbortSignal): Promise<IncomingMessage> {
	const host = url.hostname.replace(/^\[|\]$/g, '');
	// A host given as an address is never looked up.
	if (isIP(host) && !network.isAllowed(host)) throw new ForbiddenAddress();
	return new Promise((resolve, reject) => {
		const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'flipside' };
		const { ca } = network;
		request(url, { agent: false, lookup: allowedLookup(network), headers, signal, ca }, resolve)
			// A response that switches protocols (101) arrives only by this event.
			.on('upgrade', (response) => resolve(response))
			.on('close', () => reject(new Error('closed without an answer')))
			.on('error', reject)
			.end();
	});
}

/** Looks up a name for a connection, and refuses it if even one of its addresses is not allowed. */
function allowedLookup(network: Network): LookupFunction {
	return (host, { all }, callback) => {
		network.resolve(host).then(
			(found) => {
				if (found.length === 0 || !found.every(({ address }) => network.isAllowed(address))) {
					callback(new ForbiddenAddress(), '', 0);
				} else if (all) callback(null, [...found]);
				else callback(null, found[0].address, found[0].family);
			},
			(error) => callback(error, '', 0),
		);
	};
}

async function readBody(response: IncomingMessage, maxBytes: number, label: string): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	const tooLarge = () => new UserError(`${label} is too large; pictures may have at most ${maxBytes / 2 ** 20} MiB.`);
	if (Number(response.headers['content-length']) > maxBytes) {
		response.destroy();
		throw tooLarge();
	}
	// Leaving the loop closes the connection.
	for await (const chunk of response as AsyncIterable<Uint8Array>) {
		length += chunk.length;
		if (length > maxBytes) throw tooLarge();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, length);
}

/** A file name such as "tower.jpg", or the host if the path has none. */
function nameOf({ pathname, hostname }: URL): string {
	const last = pathname.split('/').at(-1) || hostname;
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}
